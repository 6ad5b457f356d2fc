// Learning from sounds once they are numbers. The trained head, exams and their tables are those of pictures. Pure.
import { type Answer, type Classifier, type Example, Head, type Prediction } from "../image-classifier/model";

export {
  type Answer,
  type Classifier,
  type Count,
  confusion,
  count,
  type Example,
  examine,
  Head,
  mostConfused,
  type Prediction,
} from "../image-classifier/model";

export const K = 3;
export const ROUNDS = 300;

export const distance = (a: Float32Array, b: Float32Array): number =>
  Math.sqrt(a.reduce((sum, value, i) => sum + (value - (b[i] as number)) ** 2, 0));

/** The class most of the nearest three have; with one vote each, the nearest decides. */
export function nearestThree(examples: readonly Example[], labels: readonly string[]): Classifier {
  const predict = (features: Float32Array): Prediction => {
    const near = examples
      .map((example) => ({ example, far: distance(features, example.features) }))
      .sort((a, b) => a.far - b.far)
      .slice(0, K)
      .map(({ example }) => example);
    const votes = (label: string) => near.filter((one) => one.label === label).length;
    const most = Math.max(...labels.map(votes));
    return {
      said: near.find((one) => votes(one.label) === most)?.label ?? labels[0] ?? "",
      likeness: labels.map((label) => ({ label, share: votes(label) / (near.length || 1) })),
      nearest: near.map(({ id, label }) => ({ id, label })),
    };
  };
  return { predict };
}

/** The head's steps fit numbers whose rows are about as long as 1; sounds' rows are longer. */
export const SCALE = 0.15;
export const scaled = (features: Float32Array): Float32Array => features.map((value) => value * SCALE);

/** A head over sounds, taken round by round. */
export class SoundHead implements Classifier {
  private readonly head: Head;

  constructor(examples: readonly Example[], labels: readonly string[]) {
    this.head = new Head(
      examples.map((one) => ({ ...one, features: scaled(one.features) })),
      [...labels],
    );
  }

  get round(): number {
    return this.head.round;
  }

  step(): number {
    return this.head.step();
  }

  /** As weights and bias over features as they come. */
  linear(): { weights: number[][]; bias: number[] } {
    const { weights, bias } = this.head.linear();
    return { weights: weights.map((row) => row.map((weight) => weight * SCALE)), bias };
  }

  predict(features: Float32Array): Prediction {
    return this.head.predict(scaled(features));
  }
}

/** Answers as counts right of all, for words. */
export const rightOf = (answers: readonly Answer[]): number =>
  answers.filter((one) => one.truth === one.said).length;

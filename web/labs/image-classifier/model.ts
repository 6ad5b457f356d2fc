// Learning from pictures once they are numbers: nearest neighbours, a trained head, and what an exam says.
// Pure: no page, no clock, no randomness.

export type Features = Float32Array;

export interface Example {
  id: string;
  label: string;
  features: Features;
}

/** One class a picture was compared with; shares add up to 1. */
export interface Likeness {
  label: string;
  share: number;
}

export interface Prediction {
  said: string;
  likeness: Likeness[];
  /** The learnt pictures it looked at, nearest first; empty for a head. */
  nearest: { id: string; label: string }[];
}

export interface Classifier {
  predict(features: Features): Prediction;
}

export const NEIGHBOURS = 3;

/** Scaled to length 1, so that a product of two is their cosine. */
export function unit(features: Features): Features {
  let sum = 0;
  for (const value of features) sum += value * value;
  const scale = sum > 0 ? 1 / Math.sqrt(sum) : 0;
  return features.map((value) => value * scale);
}

export function cosine(a: Features, b: Features): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** The class with most votes among the nearest examples; with equal votes the one whose examples are nearer. */
export function neighbours(examples: Example[], labels: string[], k = NEIGHBOURS): Classifier {
  const predict = (features: Features): Prediction => {
    const near = examples
      .map((example) => ({ example, like: cosine(features, example.features) }))
      .sort((a, b) => b.like - a.like)
      .slice(0, k);
    const votes = new Map<string, { count: number; like: number }>();
    for (const { example, like } of near) {
      const so = votes.get(example.label) ?? { count: 0, like: 0 };
      votes.set(example.label, { count: so.count + 1, like: so.like + like });
    }
    const order = [...votes].sort(([, a], [, b]) => b.count - a.count || b.like - a.like);
    return {
      said: order[0]?.[0] ?? labels[0] ?? "",
      likeness: labels.map((label) => ({
        label,
        share: (votes.get(label)?.count ?? 0) / (near.length || 1),
      })),
      nearest: near.map(({ example }) => ({ id: example.id, label: example.label })),
    };
  };
  return { predict };
}

export function softmax(scores: ArrayLike<number>): number[] {
  const all = Array.from(scores);
  const top = Math.max(...all);
  const powers = all.map((score) => Math.exp(score - top));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/** One layer of weights over the features, trained by gradient descent on cross-entropy. */
export class Head implements Classifier {
  static readonly RATE = 1;
  static readonly DECAY = 0.001;
  static readonly SPREAD = 5;
  private readonly mean: Float64Array;
  private readonly weights: Float64Array[];
  private readonly bias: Float64Array;
  private readonly inputs: Float64Array[];
  round = 0;

  constructor(
    private readonly examples: Example[],
    private readonly labels: string[],
  ) {
    const size = examples[0]?.features.length ?? 0;
    this.mean = new Float64Array(size);
    for (const { features } of examples)
      for (let i = 0; i < size; i += 1)
        this.mean[i] = (this.mean[i] as number) + (features[i] as number) / examples.length;
    this.weights = labels.map(() => new Float64Array(size));
    this.bias = new Float64Array(labels.length);
    this.inputs = examples.map(({ features }) => this.centred(features));
  }

  private centred(features: Features): Float64Array {
    return Float64Array.from(features, (value, i) => (value - (this.mean[i] as number)) * Head.SPREAD);
  }

  private scores(input: Float64Array): number[] {
    return this.weights.map((weights, c) => {
      let sum = this.bias[c] as number;
      for (let i = 0; i < weights.length; i += 1) sum += (weights[i] as number) * (input[i] as number);
      return sum;
    });
  }

  /** The same machine as weights and bias over features as they come. */
  linear(): { weights: number[][]; bias: number[] } {
    const weights = this.weights.map((row) => Array.from(row, (weight) => weight * Head.SPREAD));
    const bias = weights.map((row, c) =>
      row.reduce((sum, weight, i) => sum - weight * (this.mean[i] as number), this.bias[c] as number),
    );
    return { weights, bias };
  }

  /** One pass over all examples; gives the mean cross-entropy before it. */
  step(): number {
    const n = this.inputs.length;
    const slopes = this.weights.map((weights) => new Float64Array(weights.length));
    const lifts = new Float64Array(this.labels.length);
    let loss = 0;
    for (const [e, input] of this.inputs.entries()) {
      const shares = softmax(this.scores(input));
      for (let c = 0; c < shares.length; c += 1) {
        const right = this.examples[e]?.label === this.labels[c];
        const off = (shares[c] as number) - (right ? 1 : 0);
        if (right) loss -= Math.log(Math.max(shares[c] as number, 1e-12)) / n;
        lifts[c] = (lifts[c] as number) + off / n;
        const slope = slopes[c] as Float64Array;
        for (let i = 0; i < slope.length; i += 1)
          slope[i] = (slope[i] as number) + (off / n) * (input[i] as number);
      }
    }
    for (const [c, weights] of this.weights.entries()) {
      const slope = slopes[c] as Float64Array;
      for (let i = 0; i < weights.length; i += 1) {
        const weight = weights[i] as number;
        weights[i] = weight - Head.RATE * ((slope[i] as number) + Head.DECAY * weight);
      }
      this.bias[c] = (this.bias[c] as number) - Head.RATE * (lifts[c] as number);
    }
    this.round += 1;
    return loss;
  }

  /** The same head over features as they are: what is taken off and spread here goes into weights and bias. */
  folded(): { weights: number[][]; bias: number[] } {
    const weights = this.weights.map((row) => Array.from(row, (weight) => weight * Head.SPREAD));
    const bias = weights.map((row, c) =>
      row.reduce((sum, weight, i) => sum - weight * (this.mean[i] as number), this.bias[c] as number),
    );
    return { weights, bias };
  }

  predict(features: Features): Prediction {
    const shares = softmax(this.scores(this.centred(features)));
    let best = 0;
    for (let c = 1; c < shares.length; c += 1) if ((shares[c] as number) > (shares[best] as number)) best = c;
    return {
      said: this.labels[best] ?? "",
      likeness: this.labels.map((label, c) => ({ label, share: shares[c] ?? 0 })),
      nearest: [],
    };
  }
}

/** What a pupil reads instead of a percentage. */
export function likeWord(share: number): "很像" | "有点像" | "不像" {
  if (share >= 0.6) return "很像";
  return share >= 0.2 ? "有点像" : "不像";
}

/** One picture of an exam: what it really is and what the machine said. */
export interface Answer {
  id: string;
  truth: string;
  said: string;
}

export function examine(classifier: Classifier, examples: Example[]): Answer[] {
  return examples.map(({ id, label, features }) => ({
    id,
    truth: label,
    said: classifier.predict(features).said,
  }));
}

export interface Count {
  right: number;
  all: number;
}

export function count(answers: Answer[]): Count {
  return { right: answers.filter((one) => one.truth === one.said).length, all: answers.length };
}

/** Counts of answers: rows are what it really is, columns what the machine said. */
export function confusion(answers: Answer[], labels: string[]): number[][] {
  return labels.map((truth) =>
    labels.map((said) => answers.filter((one) => one.truth === truth && one.said === said).length),
  );
}

export interface Pair {
  a: string;
  b: string;
  errors: number;
}

/** Every pair of classes with how often one was taken for the other, either way; most first. */
export function confusedPairs(answers: Answer[], labels: string[]): Pair[] {
  const pairs: Pair[] = [];
  for (const [i, a] of labels.entries()) {
    for (const b of labels.slice(i + 1)) {
      const either = (one: Answer) =>
        (one.truth === a && one.said === b) || (one.truth === b && one.said === a);
      pairs.push({ a, b, errors: answers.filter(either).length });
    }
  }
  return pairs.sort((x, y) => y.errors - x.errors);
}

/** The pairs confused most often: more than one when they are level, none when there was no error. */
export function mostConfused(answers: Answer[], labels: string[]): Pair[] {
  const pairs = confusedPairs(answers, labels);
  const top = pairs[0]?.errors ?? 0;
  return top > 0 ? pairs.filter((pair) => pair.errors === top) : [];
}

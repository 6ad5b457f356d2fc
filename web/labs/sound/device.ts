// The loudspeaker and the microphone of the device. A recording is cut to one second and stays here.
import { LENGTH, loudestAt, RATE } from "./synth";

export class Speaker {
  private context: AudioContext | null = null;
  private source: AudioBufferSourceNode | null = null;

  /** Plays a sound; false where the browser has no way to. */
  async play(sound: Float32Array): Promise<boolean> {
    try {
      this.context ??= new AudioContext();
      this.source?.stop();
      void this.context.resume();
      const buffer = this.context.createBuffer(1, sound.length, RATE);
      buffer.copyToChannel(
        Float32Array.from(sound, (value) => Math.max(-1, Math.min(1, value)) * 0.7),
        0,
      );
      this.source = this.context.createBufferSource();
      this.source.buffer = buffer;
      this.source.connect(this.context.destination);
      this.source.start();
      return true;
    } catch {
      return false;
    }
  }

  close(): void {
    void this.context?.close().catch(() => {});
    this.context = null;
  }
}

/** The loudest second of what was heard, at its usual loudness. */
export function loudestSecond(heard: Float32Array): Float32Array {
  const step = RATE / 20;
  let [best, most] = [0, -1];
  for (let from = 0; from + LENGTH <= heard.length; from += step) {
    let sum = 0;
    for (let i = from; i < from + LENGTH; i += 4) sum += (heard[i] as number) ** 2;
    if (sum > most * 1.001) [best, most] = [from, sum];
  }
  const cut = new Float32Array(LENGTH);
  cut.set(heard.subarray(best, best + LENGTH));
  return loudestAt(cut, 0.9);
}

/** Two seconds from the microphone; throws when it is not to be had. Nothing of it goes anywhere. */
export async function record(seconds = 2): Promise<Float32Array> {
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
    video: false,
  });
  try {
    const recorder = new MediaRecorder(stream);
    const parts: Blob[] = [];
    recorder.ondataavailable = ({ data }) => parts.push(data);
    const stopped = new Promise<void>((done) => {
      recorder.onstop = () => done();
    });
    recorder.start();
    await new Promise((done) => setTimeout(done, seconds * 1000));
    recorder.stop();
    await stopped;
    const bytes = await new Blob(parts).arrayBuffer();
    // decoded at the rate of this context, whatever the microphone has
    const heard = await new OfflineAudioContext(1, LENGTH, RATE).decodeAudioData(bytes);
    return loudestSecond(heard.getChannelData(0).slice());
  } finally {
    for (const track of stream.getTracks()) track.stop();
  }
}

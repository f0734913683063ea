import { useSettings } from './settings.ts';

let context: AudioContext | undefined;

/** Frequencies in Hz and when each begins, in seconds. */
const tones = {
  offer: [
    [659, 0],
    [880, 0.14],
    [1175, 0.28],
  ],
  message: [[740, 0]],
} as const;
const loudness = { offer: 0.12, message: 0.05 } as const;
const toneSeconds = 0.22;

/** Made here, not a file. Browsers stay silent until the page was first clicked or typed in; then nothing is made up for. */
export function play(name: keyof typeof tones): void {
  if (!useSettings.getState().sound || !navigator.userActivation.hasBeenActive) return;
  context ??= new AudioContext();
  void context.resume();
  const startAt = context.currentTime + 0.02;
  for (const [frequency, after] of tones[name]) {
    ring(context, { frequency, at: startAt + after, volume: loudness[name] });
  }
}

function ring(
  audio: AudioContext,
  { frequency, at, volume }: { frequency: number; at: number; volume: number },
): void {
  const oscillator = audio.createOscillator();
  const gain = audio.createGain();
  oscillator.frequency.value = frequency;
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(volume, at + 0.015);
  gain.gain.exponentialRampToValueAtTime(0.0001, at + toneSeconds);
  oscillator.connect(gain).connect(audio.destination);
  oscillator.start(at);
  oscillator.stop(at + toneSeconds);
}

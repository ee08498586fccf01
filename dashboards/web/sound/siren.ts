import { type Ref, ref } from "vue";

/** What is to be heard: a fire, a lost connection, a question of the duty desk. */
export type SoundPattern = "alarm" | "lost" | "check";

/** The siren of a screen, made by the browser itself; no file is loaded. */
export interface Siren {
  /** Whether the browser lets this page sound: it does after somebody has touched it. */
  readonly isUnlocked: Ref<boolean>;
  /** What sounds now. */
  readonly playing: Ref<SoundPattern | undefined>;
  /** Call it while a tap is handled. False: the browser has no sound. */
  unlock(): Promise<boolean>;
  /** Sounds until `stop`; another pattern takes the place of the one before. */
  play(pattern: SoundPattern): void;
  stop(): void;
}

/** One tone of a pattern: from when to when in its round, s, and its pitch, Hz; it glides when there are two. */
interface Tone {
  readonly from: number;
  readonly to: number;
  readonly hz: readonly [number] | readonly [number, number];
}

/** Each pattern lasts so many seconds and begins again. 800 to 1,100 Hz is where old ears and phone loudspeakers are good. */
const patterns: Readonly<
  Record<
    SoundPattern,
    { readonly roundS: number; readonly wave: OscillatorType; readonly tones: readonly Tone[] }
  >
> = {
  alarm: {
    roundS: 1,
    wave: "square",
    tones: [
      { from: 0, to: 0.5, hz: [800] },
      { from: 0.5, to: 1, hz: [1060] },
    ],
  },
  lost: {
    roundS: 2.4,
    wave: "triangle",
    tones: [
      { from: 0, to: 0.45, hz: [660, 440] },
      { from: 0.6, to: 1.05, hz: [660, 440] },
    ],
  },
  check: {
    roundS: 1.8,
    wave: "sine",
    tones: [
      { from: 0, to: 0.16, hz: [880] },
      { from: 0.22, to: 0.38, hz: [1108] },
      { from: 0.44, to: 0.8, hz: [1318] },
    ],
  },
};

/** Loudness of a tone; the rest is the volume of the phone. */
const gain = 0.9;
/** Edges of a tone without a click, s. */
const edgeS = 0.012;

/** Makes a silent siren. */
export function createSiren(): Siren {
  const isUnlocked = ref(false);
  const playing = ref<SoundPattern>();
  let context: AudioContext | undefined;
  let voice: { readonly oscillator: OscillatorNode; readonly volume: GainNode } | undefined;
  let timer: ReturnType<typeof setInterval> | undefined;
  let plannedTo = 0;

  function open(): AudioContext | undefined {
    if (context !== undefined || !("AudioContext" in globalThis)) return context;
    const made = new AudioContext();
    // A phone call or another app takes the sound away, and gives it back.
    made.addEventListener("statechange", () => {
      isUnlocked.value = made.state === "running";
      if (isUnlocked.value && playing.value !== undefined) begin(playing.value);
    });
    context = made;
    return context;
  }

  /** Plans the rounds of the next seconds; a page in the background runs its timers only once a second. */
  function plan(pattern: SoundPattern): void {
    if (context === undefined || voice === undefined) return;
    const { roundS, tones } = patterns[pattern];
    const { oscillator, volume } = voice;
    while (plannedTo < context.currentTime + 3) {
      for (const { from, to, hz } of tones) {
        const [begin, end] = [plannedTo + from, plannedTo + to];
        oscillator.frequency.setValueAtTime(hz[0], begin);
        if (hz[1] !== undefined) oscillator.frequency.linearRampToValueAtTime(hz[1], end);
        volume.gain.setValueAtTime(0, begin);
        volume.gain.linearRampToValueAtTime(gain, begin + edgeS);
        volume.gain.setValueAtTime(gain, end - edgeS);
        volume.gain.linearRampToValueAtTime(0, end);
      }
      plannedTo += roundS;
    }
  }

  function begin(pattern: SoundPattern): void {
    silence();
    if (context?.state !== "running") return;
    const oscillator = context.createOscillator();
    const volume = context.createGain();
    oscillator.type = patterns[pattern].wave;
    volume.gain.value = 0;
    oscillator.connect(volume).connect(context.destination);
    oscillator.start();
    voice = { oscillator, volume };
    plannedTo = context.currentTime + 0.03;
    plan(pattern);
    timer = setInterval(() => plan(pattern), 1000);
  }

  function silence(): void {
    clearInterval(timer);
    voice?.oscillator.stop();
    voice?.volume.disconnect();
    voice = undefined;
  }

  return {
    isUnlocked,
    playing,
    async unlock() {
      const opened = open();
      await opened?.resume();
      isUnlocked.value = opened?.state === "running";
      return isUnlocked.value;
    },
    play(pattern) {
      if (playing.value === pattern) return;
      playing.value = pattern;
      begin(pattern);
    },
    stop() {
      playing.value = undefined;
      silence();
    },
  };
}

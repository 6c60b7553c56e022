// What the server answers at the counter.

export interface Reward {
  id: number;
  title: string;
}

export interface Card {
  /** What to call it from here on: one that rotates is good for one scan. */
  code: string;
  member: string;
  stamps: number;
  goal: number;
  milestones: { at: number; reward: string }[];
  next_reward: string;
  ready: Reward[];
  most: number;
  undo_left: number;
  undo_window: number;
  progress: string;
  sentence: string;
}

export interface Outcome {
  done: "stamped" | "undone" | "redeemed";
  stamps: number;
  goal: number;
  added: number;
  gained: string[];
  ready: Reward[];
  repeat: boolean;
  progress: string;
  sentence: string;
}

export interface Refusal {
  code: string;
  message: string;
}

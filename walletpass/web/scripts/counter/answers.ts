// What the server answers at the counter.

export interface Reward {
  id: number;
  title: string;
  /** Names a picture of the page. */
  icon: string;
  /** What it is worth follows from the order that it is used for. */
  takes_order: boolean;
}

export interface Card {
  /** What to call it from here on: one that rotates is good for one scan. */
  code: string;
  member: string;
  stamps: number;
  goal: number;
  milestones: { at: number; reward: string }[];
  /** Places that give nothing more on this card. */
  passed: number[];
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
  passed: number[];
  repeat: boolean;
  progress: string;
  sentence: string;
}

export interface Quote {
  sentence: string;
}

export interface Refusal {
  code: string;
  message: string;
}

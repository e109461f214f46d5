// A unit's share in plain text, as targets/share_cells.py tells it: "" not given, ":" given, "95:", ":5", "13:14.5".
// Sums are exact: figures are counted in ten-thousandths, as big integers.
"use strict";

const shareStates = (() => {
  const PLACES = 4;

  function scaled(plain) {
    const [whole, fraction = ""] = plain.replace("-", "").split(".");
    const value = BigInt(whole + fraction.padEnd(PLACES, "0"));
    return plain.startsWith("-") ? -value : value;
  }

  function show(value) {
    const digits = String(value < 0n ? -value : value).padStart(PLACES + 1, "0");
    const whole = digits.slice(0, -PLACES).replace(/\B(?=(?:\d{3})+$)/g, ".");
    const fraction = digits.slice(-PLACES).replace(/0+$/, "");
    return (value < 0n ? "-" : "") + whole + (fraction && `,${fraction}`);
  }

  const ends = (state) => (state === "" ? [null, null] : state.split(":").map((plain) => (plain === "" ? null : scaled(plain))));

  // A goal as numbers.show_interval prints it; "" where there is none.
  function interval([least, most]) {
    if (least === null && most === null) return "";
    if (most === null) return `≥ ${show(least)}`;
    if (least === null) return `≤ ${show(most)}`;
    return least === most ? `= ${show(least)}` : `${show(least)} – ${show(most)}`;
  }

  // What a person would type for a state.
  const text = (state) => (state === ":" ? "x" : interval(ends(state)));

  // Σ of the lower and of the upper ends; null where no share has that end.
  function total(states) {
    const sums = [null, null];
    states.forEach((state) => {
      if (state.length > 1) ends(state).forEach((bound, end) => bound !== null && (sums[end] = (sums[end] ?? 0n) + bound));
    });
    return sums;
  }

  const plain = (value) => {
    if (value === null) return "";
    const digits = String(value < 0n ? -value : value).padStart(PLACES + 1, "0");
    return ((value < 0n ? "-" : "") + digits.slice(0, -PLACES) + `.${digits.slice(-PLACES)}`).replace(/\.?0+$/, "");
  };
  const asState = (pair) => pair.map(plain).join(":");

  // How far a Σ is from a goal at each end, as words; [] where it makes the goal up.
  function apart(goal, sums, measure) {
    return goal.flatMap((bound, end) => {
      const off = bound === null ? 0n : (sums[end] ?? 0n) - bound;
      if (off === 0n) return [];
      const figure = `${show(off < 0n ? -off : off)} ${measure}`.trim();
      return [off > 0n ? `giao vượt ${figure}` : `còn ${figure} chưa giao`];
    });
  }

  return { ends, interval, text, total, asState, apart };
})();

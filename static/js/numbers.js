// How a number is read while it is typed: the grammar of targets/numbers.py; a test compares the two.
"use strict";

const vietnameseNumbers = (() => {
  const SHAPE = /^(-?)(0|[1-9][0-9]{0,2}(?:([. \u00a0\u202f])[0-9]{3}(?:\3[0-9]{3})*)?|[1-9][0-9]*)(?:,([0-9]+))?$/;
  const english = (text) => text.replace(/[.,]/g, (mark) => (mark === "," ? "." : ","));
  const SLIPS = [
    [/^(?:-\s+|[–—]\s*)/, "-", "Dấu âm gõ là “-”, liền trước số"],
    [/^\+\s*/, "", "Số dương không gõ dấu +"],
    [/\s*%$/, "", "Đề nghị bỏ dấu %"],
    [/^(-?)0+(?=[0-9])/, "$1", "Số không bắt đầu bằng chữ số 0 thừa"],
    [/([0-9])[.,]$/, "$1", "Đề nghị bỏ dấu ở cuối số"],
    [/^(-?)(?=[.,][0-9]+$)/, "$10", "Trước phần thập phân phải có chữ số"],
    [/^-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?$/, english, "Số viết theo kiểu Anh"],
    [/^(-?0|[^.,]+(?=\.(?:[0-9]{1,2}|[0-9]{4,})$))\.([0-9]+)$/, "$1,$2", "Phần thập phân gõ sau dấu phẩy, không phải dấu chấm"],
  ];
  const TOO_LONG = "Số có quá 15 chữ số; đề nghị kiểm tra lại số và đơn vị tính";
  const write = (sign, whole, fraction) => sign + whole.replace(/\B(?=(?:\d{3})+$)/g, ".") + (fraction && `,${fraction}`);

  function parse(typed, decimals) {
    const text = typed.trim().replaceAll("−", "-");
    const found = text.length <= 40 && SHAPE.exec(text);
    if (!found) return { error: text.length > 40 ? TOO_LONG : advice(text, decimals) };
    const [whole, fraction] = [found[2].replace(/[^0-9]/g, ""), found[4] ?? ""];
    if (fraction.length > decimals) {
      return { error: decimals ? `Chỉ tiêu này ghi nhiều nhất ${decimals} chữ số sau dấu phẩy; đề nghị làm tròn trước khi gõ` : "Chỉ tiêu này là số nguyên; đề nghị không gõ phần thập phân" };
    }
    if ((whole + fraction).replace(/^0+/, "").length > 15) return { error: TOO_LONG };
    const value = Number(`${found[1]}${whole}.${fraction || 0}`);
    return { value, shown: write(value < 0 ? "-" : "", whole, fraction.replace(/0+$/, "")) };
  }

  function advice(text, decimals) {
    const example = `ví dụ gõ đúng: ${["537.488", "537.487,8"][decimals] ?? "537.487,84"}`;
    const mended = (again, reason) => {
      const read = parse(again, decimals);
      return read.error ?? `${reason}; đề nghị gõ ${read.shown}`;
    };
    if (!text) return `Chưa gõ số; ${example}`;
    if (/\p{L}/u.test(text)) return `Chỉ gõ số, không gõ chữ hay đơn vị tính; ${example}`;
    if (/(?![0-9])\p{Nd}/u.test(text)) {
      return mended(text.replace(/\p{Nd}/gu, plainDigit), "Đề nghị gõ bằng các chữ số thường từ 0 đến 9");
    }
    const slip = SLIPS.find(([pattern]) => pattern.test(text));
    if (slip) return mended(text.replace(slip[0], slip[1]), slip[2]);
    if (/^-?[0-9., \u00a0\u202f]*[0-9][0-9., \u00a0\u202f]*$/.test(text)) {
      if (text.includes(".")) return `Dấu chấm chỉ dùng để tách từng nhóm ba chữ số; ${example}`;
      if (text.split(",").length > 2) return `Chỉ gõ một dấu phẩy, trước phần thập phân; ${example}`;
      return `Dấu cách chỉ dùng để tách từng nhóm ba chữ số; ${example}`;
    }
    return `Số chỉ gồm chữ số, dấu chấm, dấu phẩy và dấu âm đứng đầu; đề nghị gõ lại, ${example}`;
  }

  function plainDigit(mark) {
    let below = 0; // digits of a script stand together, in tens
    while (/^\p{Nd}$/u.test(String.fromCodePoint(mark.codePointAt(0) - below - 1))) below += 1;
    return below % 10;
  }

  return { parse };
})();

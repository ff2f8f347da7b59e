// The next line but one is wrong.
const a = 1;
const b = = 2;

/** Whether this device keeps something of a person. */
const FLAG = "phusa:device";

export const flag = (on: boolean) => { try { if (on) localStorage.setItem(FLAG, "1"); else localStorage.removeItem(FLAG); } catch { /* then nothing is kept */ } };
export const flagged = () => { try { return localStorage.getItem(FLAG) !== null; } catch { return false; } };

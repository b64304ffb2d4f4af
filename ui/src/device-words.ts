/** What device.ts says. */
const vi = {
  remove: "Xóa khỏi máy này", removed: "Đã xóa khỏi máy này.",
  removeSure: (n: number) => `Còn ${n} mục chưa gửi, xóa là mất hẳn. Vẫn xóa?`,
  signOutSure: (n: number) => `Còn ${n} mục chưa gửi. Đăng xuất sẽ xóa chúng khỏi máy này. Vẫn đăng xuất?`,
  keepAll: (n: number) => `Giữ sẵn ${n} trang để dùng khi mất mạng`, keeping: "Đang giữ các trang…", kept: (n: number) => `Đã giữ ${n} trang trên máy này`,
  offline: "Đang mất mạng, cứ làm tiếp", pending: (n: number) => `Chưa gửi (${n})`, nothing: "Mọi thứ đã gửi.",
  sending: "Đang gửi…", sent: (n: number, t: string) => `Đã gửi ${n} mục lúc ${t}`,
  signIn: "Cần đăng nhập lại để gửi", others: (n: number) => `${n} mục của tài khoản khác chờ trên máy này`,
  full: "Máy không còn chỗ để giữ. Những gì bạn nhập vẫn ở trên trang; hãy xóa bớt ảnh rồi lưu lại.",
  waitsHere: "Câu này đang chờ gửi từ máy này", pictures: (n: number) => `${n} tệp`,
  conflict: (by: string, at: string, theirs: string) => `${by} đã đổi câu này lúc ${at}: “${theirs}”.`,
  useMine: "Gửi câu của tôi", useTheirs: "Giữ câu đang lưu", open: "Mở trang để sửa", retry: "Gửi lại", drop: "Bỏ", dropSure: "Bỏ mục này khỏi máy?",
  notTaken: (n: number) => `Máy chủ không nhận (mã ${n}).`,
};
const en: typeof vi = {
  remove: "Remove from this device", removed: "Removed from this device.",
  removeSure: (n) => `${n} not sent yet will be lost. Remove anyway?`,
  signOutSure: (n) => `${n} not sent yet. Signing out removes them from this device. Sign out anyway?`,
  keepAll: (n) => `Keep ${n} pages for use without a network`, keeping: "Keeping pages…", kept: (n) => `${n} pages kept on this device`,
  offline: "No network, go on", pending: (n) => `Not sent (${n})`, nothing: "Everything has been sent.",
  sending: "Sending…", sent: (n, t) => `${n} sent at ${t}`,
  signIn: "Sign in again to send", others: (n) => `${n} of another account wait on this device`,
  full: "There is no room left on this device. What you entered is still on the page; remove pictures and save again.",
  waitsHere: "This answer waits on this device", pictures: (n) => (n === 1 ? "1 file" : `${n} files`),
  conflict: (by, at, theirs) => `${by} changed this at ${at}: “${theirs}”.`,
  useMine: "Send mine", useTheirs: "Keep the stored one", open: "Open the page", retry: "Send again", drop: "Discard", dropSure: "Discard this from the device?",
  notTaken: (n) => `The server did not take it (${n}).`,
};
export const words = document.documentElement.lang.startsWith("en") ? en : vi;

/** The few sentences the script itself says. Everything else on a page is written by the server. */
const vi = {
  saved: (t: string) => `Đã lưu ${t}`,
  saving: "Đang lưu…",
  unsaved: "Chưa lưu được, sẽ thử lại. Bản ghi tạm được giữ trên máy này.",
  refused: "Chưa lưu được mục vừa nhập. Bấm nút ở cuối trang để xem lý do.",
  expired: "Phiên đăng nhập đã hết. Bản ghi tạm được giữ trên máy này.",
  conflict: "Tờ khai vừa được sửa ở cửa sổ hoặc máy khác. Hãy tải lại trang để xem bản mới.",
  signIn: "Đăng nhập lại (mở cửa sổ mới)",
  reload: "Tải lại trang",
  restoreOffer: (t: string) => `Máy này còn giữ nội dung chưa gửi, nhập lúc ${t}.`,
  restore: "Khôi phục", discard: "Bỏ",
  restored: "Đã khôi phục. Hãy kiểm tra lại trước khi gửi.",
  uploading: (p: number) => `Đang tải lên ${p} %`,
  uploaded: "Đã tải lên",
  cancel: "Dừng", retry: "Thử lại", remove: "Bỏ khỏi danh sách",
  tooBig: (max: string) => `Tệp lớn quá. Mỗi tệp không quá ${max}.`,
  wrongType: (types: string) => `Loại tệp này không nhận được. Hãy dùng ${types}.`,
  empty: "Tệp rỗng. Hãy chọn tệp khác.",
  uploadFailed: "Chưa tải lên được. Kiểm tra mạng rồi thử lại.",
  stopped: "Đã dừng",
  keys: "Phím tắt", keysOn: "Dùng phím tắt trên máy này", close: "Đóng", thisList: "Danh sách này", search: "Ô tìm kiếm",
  results: (n: number) => (n ? `${n} kết quả` : "Không có kết quả"),
  none: "Không tìm thấy. Thử gõ ít chữ hơn.",
  showList: "Mở danh sách",
  stale: (t: string) => `Trang này mở từ ${t}, số liệu có thể đã cũ.`,
  passed: "đã đến hạn",
  left: (n: number) => `Còn ${n} ký tự`, over: (n: number) => `Thừa ${n} ký tự`,
  copied: "Đã chép",
};
const en: typeof vi = {
  saved: (t) => `Saved at ${t}`,
  saving: "Saving…",
  unsaved: "Not saved yet, will try again. A copy is kept on this device.",
  refused: "The last entry could not be saved. Press the button at the end of the page to see why.",
  expired: "You have been signed out. A copy is kept on this device.",
  conflict: "This form was just changed in another window or device. Reload the page to see it.",
  signIn: "Sign in again (opens a new window)",
  reload: "Reload the page",
  restoreOffer: (t) => `This device still holds answers that were not sent, entered at ${t}.`,
  restore: "Restore", discard: "Discard",
  restored: "Restored. Please check before sending.",
  uploading: (p) => `Uploading ${p}%`,
  uploaded: "Uploaded",
  cancel: "Stop", retry: "Try again", remove: "Remove from the list",
  tooBig: (max) => `The file is too large. Each file may be up to ${max}.`,
  wrongType: (types) => `This type of file is not accepted. Use ${types}.`,
  empty: "The file is empty. Choose another.",
  uploadFailed: "Not uploaded. Check your connection and try again.",
  stopped: "Stopped",
  keys: "Keyboard shortcuts", keysOn: "Use keyboard shortcuts on this device", close: "Close", thisList: "This list", search: "Search box",
  results: (n) => (n === 1 ? "1 result" : n ? `${n} results` : "No results"),
  none: "Nothing found. Try fewer letters.",
  showList: "Open the list",
  stale: (t) => `This page was opened at ${t}; figures may be out of date.`,
  passed: "due now",
  left: (n) => `${n} characters left`, over: (n) => `${n} characters too many`,
  copied: "Copied",
};
export const words = document.documentElement.lang.startsWith("en") ? en : vi;

const clock = new Intl.DateTimeFormat("vi-VN", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "Asia/Ho_Chi_Minh" });
const dayAndClock = new Intl.DateTimeFormat("vi-VN", { day: "2-digit", month: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "Asia/Ho_Chi_Minh" });
/** "10:02", or "10:02 21/11" when it was not today: always the clock of Việt Nam, whatever the device says. */
export function hour(at: Date | number = new Date()): string {
  return clock.format(at);
}
export function moment(at: number): string {
  return Date.now() - at < 12 * 3600e3 ? clock.format(at) : dayAndClock.format(at);
}
/** 1,4 MB in Vietnamese, 1.4 MB in English. */
export function bytes(n: number): string {
  const number = (v: number) => v.toLocaleString(words === en ? "en-GB" : "vi-VN", { maximumFractionDigits: 1 });
  return n < 1024 * 1024 ? `${number(Math.max(1, Math.round(n / 1024)))} kB` : `${number(n / 1024 / 1024)} MB`;
}

//! Every action a route or a look-up can ask for, in one place. The schema of the policies lists the same names; a test
//! compares the two and asserts that each action has a policy.

use kernel::Text;

/// What a decision about an action is made on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On {
    /// The room as a whole, before any record is looked up.
    Portal,
    /// The room at the door, and the case when it is looked up.
    Case,
}

/// One action, described for the people who write policies and read refusals.
#[derive(Debug, Clone, Copy)]
pub struct Action {
    pub name: &'static str,
    pub on: On,
    /// Whether somebody without a session may ever be permitted.
    pub open: bool,
    vi: &'static str,
    en: &'static str,
}

impl Action {
    pub fn text(&self) -> Text {
        Text::new(self.vi, self.en)
    }
}

macro_rules! actions {
    ($($name:ident $text:literal $on:ident $open:literal $vi:literal $en:literal;)*) => {
        $(#[doc = $en] pub const $name: &str = $text;)*
        /// All actions, in the order of the rooms.
        pub const ALL: &[Action] = &[$(Action { name: $text, on: On::$on, open: $open, vi: $vi, en: $en }),*];
    };
}

actions! {
    PORTAL_READ "portal:read" Portal true "Xem trang công khai" "Read public pages";
    SIGN_IN "account:sign-in" Portal true "Đăng nhập, đăng xuất" "Sign in and out";
    CASE_LOOKUP "case:lookup" Portal true "Tra cứu hồ sơ bằng mã và số điện thoại" "Look a case up by code and phone";
    API_DEFINITIONS "api:definitions" Portal true "Đọc danh mục thủ tục qua API" "Read the definitions through the API";
    OPS_HEALTH "ops:health" Portal true "Hỏi tình trạng hệ thống" "Ask whether the system is well";
    OPS_METRICS "ops:metrics" Portal true "Đọc số đo vận hành" "Read operating figures";

    ACCOUNT_USE "account:use" Portal false "Dùng trang cá nhân của mình" "Use one's own account";
    CASE_FILE "case:file" Portal false "Nộp hồ sơ" "File an application";
    DRAFT_EDIT "draft:edit" Portal false "Soạn và lưu hồ sơ nháp" "Write and save a draft";
    API_CASES "api:cases" Portal false "Dùng API hồ sơ" "Use the case API";

    WORK_LIST "work:list" Portal false "Xem việc của cơ quan mình" "List the work of one's office";
    WORK_OPEN "work:open" Portal false "Mở phòng làm việc" "Open the working room";
    FIGURES_READ "figures:read" Portal false "Xem số liệu tổng hợp" "Read the figures";

    MEETING_VIEW "meeting:view" Portal false "Xem cuộc họp mình dự" "See the meetings one takes part in";
    MEETING_TAKE_PART "meeting:take-part" Portal false "Cho ý kiến, biểu quyết, làm việc trong cuộc họp" "Give opinions, vote and work in a meeting";
    MEETING_HOLD "meeting:hold" Portal false "Chuẩn bị cuộc họp" "Prepare a meeting";

    LAW_READ "law:read" Portal true "Tra cứu, hỏi đáp pháp luật" "Look the law up";
    LAW_ASK "law:ask" Portal true "Gửi câu hỏi pháp luật cho cán bộ" "Hand a question on the law to an official";
    LAW_WORK "law:work" Portal false "Trả lời câu hỏi, kiểm tra dự thảo" "Answer questions, check drafts";
    LAW_REVIEW "law:review" Portal false "Rà soát mâu thuẫn văn bản" "Review contradictions between documents";
    LAW_KEEP "law:keep" Portal false "Nhập văn bản pháp luật" "Import legal documents";
    IOC_VIEW "ioc:view" Portal false "Xem trang điều hành của lãnh đạo" "See the leader's page";
    IOC_ASK "ioc:ask" Portal false "Yêu cầu giải trình" "Ask for an explanation";
    IOC_WALL "ioc:wall" Portal false "Xem màn hình điều hành" "See the wall of the operations centre";
    IOC_LAY "ioc:lay" Portal false "Bố trí màn hình điều hành" "Lay out the walls of the operations centre";
    DIRECTIVE_VIEW "directive:view" Portal false "Xem nhiệm vụ giao của cơ quan mình" "See the directives of one's office";
    DIRECTIVE_WORK "directive:work" Portal false "Thực hiện, theo dõi nhiệm vụ giao" "Work on directives";
    DIRECTIVE_GIVE "directive:give" Portal false "Soạn, giao nhiệm vụ" "Draft and give directives";
    ALERT_VIEW "alert:view" Portal false "Xem cảnh báo" "See alerts";
    ALERT_WORK "alert:work" Portal false "Tiếp nhận, tạm ẩn, kết thúc cảnh báo" "Take up, silence and close alerts";

    MEASURE_VIEW "measure:view" Portal false "Xem chỉ tiêu, bộ chỉ số" "See indicators and indices";
    MEASURE_DECLARE "measure:declare" Portal false "Khai số liệu chỉ tiêu, ghi điểm bộ chỉ số" "Enter values of indicators and scores of indices";
    MEASURE_CLOSE "measure:close" Portal false "Chốt kỳ số liệu" "Close a period of figures";

    ASSESS_TRY "assess:try" Portal true "Tự đánh giá mức độ chuyển đổi số" "Assess one's own digital maturity";
    SHOWROOM_READ "showroom:read" Portal true "Xem danh mục giải pháp" "Read the catalogue of solutions";
    NETWORK_READ "network:read" Portal true "Xem mạng lưới chuyên gia, ban tư vấn công khai" "Read the public lists of experts and boards";
    SUPPORT_READ "support:read" Portal true "Xem mức hỗ trợ và danh sách đã hỗ trợ" "Read support rates and the published list";

    ENTERPRISE_OWN "enterprise:own" Portal false "Làm việc với hồ sơ doanh nghiệp của mình" "Keep one's own enterprise";
    PROVIDER_OWN "provider:own" Portal false "Giới thiệu giải pháp của mình" "Offer one's own solutions";
    EXPERT_OWN "expert:own" Portal false "Đăng ký và giữ hồ sơ chuyên gia của mình" "Keep one's own expert record";
    CENTRE_WORK "centre:work" Portal false "Làm việc tại trung tâm hỗ trợ" "Work at the support centre";
    CENTRE_VERIFY "centre:verify" Portal false "Xác nhận kết quả đánh giá" "Verify assessments";
    CENTRE_IMPORT "centre:import" Portal false "Nhập danh sách doanh nghiệp" "Import lists of enterprises";
    CENTRE_DIRECT "centre:direct" Portal false "Xem số liệu điều hành trung tâm" "Read the director's figures";
    SOLUTION_VET "solution:vet" Portal false "Thẩm định giải pháp" "Vet solutions";
    EXPERT_VET "expert:vet" Portal false "Thẩm định, công nhận chuyên gia" "Recognise experts";
    BOARD_KEEP "board:keep" Portal false "Lập và giữ ban tư vấn" "Keep consulting boards";
    BOARD_SIT "board:sit" Portal false "Dự họp, biểu quyết trong ban tư vấn" "Sit on a board and vote";
    SUPPORT_WORK "support:work" Portal false "Thẩm định hỗ trợ, ghi sổ" "Examine support and keep its ledger";
    SUPPORT_PAY "support:pay" Portal false "Chi trả, đảo bút toán" "Pay support and reverse entries";

    PAYMENT_NOTIFY "payment:notify" Portal true "Nhận báo có từ cổng thanh toán (có mã xác thực)" "Take payment notices of the gateway (authenticated by MAC)";
    PAYMENT_OWN "payment:own" Portal false "Trả và xem khoản phải nộp của mình" "Pay and see one's own dues";
    PAYMENT_WORK "payment:work" Portal false "Thu, đối soát, lập đề nghị hoàn trả" "Take money, reconcile, propose refunds";
    PAYMENT_APPROVE "payment:approve" Portal false "Duyệt hoàn trả, miễn giảm" "Approve refunds and waivers";
    NATIONAL_NOTIFY "national:notify" Portal true "Nhận tin từ Cổng Dịch vụ công quốc gia (có mã xác thực)" "Take messages of the national portal (authenticated by MAC)";
    NATIONAL_WATCH "national:watch" Portal false "Theo dõi, đối chiếu đồng bộ với Cổng Dịch vụ công quốc gia" "Watch and reconcile synchronisation with the national portal";
    COUNTER_WORK "counter:work" Portal false "Làm việc tại quầy một cửa" "Work at the one-stop counter";
    COMPLAINT_OWN "complaint:own" Portal false "Gửi phản ánh, kiến nghị, đánh giá của mình" "Send one's own complaints and ratings";
    COMPLAINT_WORK "complaint:work" Portal false "Xử lý phản ánh, kiến nghị" "Handle complaints";
    OFFER_OWN "offer:own" Portal false "Nhận hoặc từ chối dịch vụ chủ động" "Take or refuse offered services";
    OFFER_WORK "offer:work" Portal false "Lập danh sách dịch vụ chủ động" "Prepare offers of services";

    DOCUMENT_WORK "document:work" Portal false "Soạn, trình, ký văn bản của cơ quan" "Write, submit and sign the office's documents";
    DOCUMENT_COPY "document:copy" Portal false "Sao văn bản của cơ quan" "Make copies of the office's documents";
    DOCUMENT_CLERK "document:clerk" Portal false "Giữ sổ, cấp số, phát hành văn bản của cơ quan" "Keep the registers, number and issue the office's documents";

    PREPAID_WORK "prepaid:work" Portal false "Theo dõi, nạp tiền, đối soát chữ ký số trả trước của cơ quan" "Keep, top up and check the office's prepaid signatures";
    PREPAID_OWN "prepaid:own" Portal false "Ký số và nạp tiền chữ ký số của mình" "Sign with, and top up, one's own digital signature";

    ADMIN_VIEW "admin:view" Portal false "Mở trang quản trị" "Open administration";
    ADMIN_ACCOUNTS "admin:accounts" Portal false "Quản lý tài khoản và vị trí" "Keep accounts and posts";
    ADMIN_EFFECTS "admin:effects" Portal false "Xem và chạy lại việc hệ thống bị lỗi" "See and retry failed effects";
    ADMIN_CATALOG "admin:catalog" Portal false "Xem và phát hành danh mục" "See and release the catalogue";
    JOURNAL_VERIFY "journal:verify" Portal false "Kiểm chứng nhật ký" "Verify the journal";
    AUDIT_READ "audit:read" Portal false "Đọc dấu vết kiểm toán" "Read the audit trail";
    AUDIT_SEARCH "audit:search" Portal false "Tra cứu nhật ký với lý do" "Search the journal with a reason";
    AUDIT_PERSONAL "audit:personal" Portal false "Mở nội dung cá nhân của một bản ghi với lý do" "Open the personal values of an entry with a reason";

    PRIVACY_OWN "privacy:own" Portal false "Xem ai đã xem dữ liệu, đồng ý và yêu cầu về dữ liệu của mình" "See who saw one's data, consent, and ask about one's data";
    PRIVACY_WORK "privacy:work" Portal false "Giải quyết yêu cầu của chủ thể dữ liệu, giữ sổ vi phạm" "Answer data subjects and keep the register of breaches";
    DELEGATION_GIVE "delegation:give" Portal false "Ủy quyền, cử người thay" "Lend one's role, name a substitute";
    DELEGATION_KEEP "delegation:keep" Portal false "Xem và chấm dứt ủy quyền của cơ quan" "See and end delegations";
    EMERGENCY_OPEN "emergency:open" Portal false "Mở khẩn cấp hồ sơ ngoài phạm vi, có lý do" "Open a case beyond one's reach in an emergency, with a reason";
    EMERGENCY_REVIEW "emergency:review" Portal false "Xem xét các lần mở khẩn cấp" "Review emergency openings";
    REFORM_PREPARE "reform:prepare" Portal false "Chuẩn bị, xem trước việc sắp xếp đơn vị" "Prepare and preview a reorganisation";
    REFORM_RUN "reform:run" Portal false "Phê duyệt và thực hiện việc sắp xếp đơn vị" "Approve and run a reorganisation";

    CASE_VIEW "case:view" Case false "Xem hồ sơ" "See a case";
    CASE_ACT "case:act" Case false "Làm việc trên hồ sơ" "Act on a case";
    FILE_READ "file:read" Case false "Mở tệp của hồ sơ" "Open a file of a case";
}

/// The action of a name.
pub fn find(name: &str) -> Option<&'static Action> {
    ALL.iter().find(|a| a.name == name)
}

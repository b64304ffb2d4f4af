//! What each route says of itself in `/openapi.json`.

use serde_json::{Value, json};
use web::openapi::Doc;

fn object() -> Value {
    json!({"type": "object"})
}
fn problem() -> Value {
    json!({
        "type": "object",
        "required": ["type", "title", "status", "code", "messages"],
        "properties": {
            "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"},
            "detail": {"type": "string"}, "code": {"type": "string"},
            "messages": {"type": "object", "properties": {"vi": {"type": "string"}, "en": {"type": "string"}}},
            "reasons": {"type": "array", "items": {"type": "object"}}, "request_id": {"type": "string"}
        }
    })
}
fn refused(doc: Doc) -> Doc {
    doc.answer(401, "Cần đăng nhập bằng mã truy cập", "A bearer token is needed", problem())
        .answer(404, "Không có, hoặc không được xem", "Not there, or not visible to the caller", problem())
        .answer(409, "Trạng thái hiện tại không cho phép, hoặc người khác vừa làm", "Not possible in this state, or somebody else was first", problem())
        .answer(422, "Nội dung chưa đúng, kèm lý do từng mục", "Not acceptable, with a reason for each field", problem())
        .answer(429, "Quá nhiều yêu cầu", "Too many requests", problem())
}

pub fn definitions() -> Doc {
    Doc::new("Danh mục thủ tục đang có hiệu lực", "Procedures in force")
        .tag("definitions")
        .about("Mỗi thủ tục kèm lược đồ tờ khai có ví dụ đầy đủ.", "Each with the schema of its form and a complete example.")
        .answer(200, "Danh mục", "The list", object())
}
pub fn definition() -> Doc {
    Doc::new("Một thủ tục", "One procedure")
        .tag("definitions")
        .path("code", "Mã thủ tục", "Procedure code")
        .about("Có `example_request`: nội dung đầy đủ để nộp một hồ sơ mẫu.", "Holds `example_request`: a complete body that files a sample case.")
        .answer(200, "Thủ tục", "The procedure", object())
        .answer(404, "Không có thủ tục này", "No such procedure", problem())
}
pub fn file() -> Doc {
    let schema = json!({
        "type": "object", "required": ["definition", "answers"], "additionalProperties": false,
        "properties": {
            "definition": {"type": "string"}, "answers": {"type": "object"},
            "channel": {"enum": ["online", "counter", "post"]},
            "applicant": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}, "personal_number": {"type": "string"}, "phone": {"type": "string"}, "email": {"type": "string"}, "address": {"type": "string"}}},
            "files": {"type": "array", "items": inline_file()}
        }
    });
    refused(
        Doc::new("Nộp hồ sơ", "File a case")
            .tag("cases")
            .header("Idempotency-Key", true, "Khóa ngẫu nhiên; gửi lại cùng khóa trả về cùng hồ sơ", "A random key; sending it again answers with the same case")
            .body(schema, Some(json!({"definition": "1.013225", "answers": {}, "files": []})))
            .answer(201, "Hồ sơ đã nộp, kèm các việc đang mở với người gọi", "The case, with the acts open to the caller", object()),
    )
}
fn inline_file() -> Value {
    json!({
        "type": "object", "required": ["component", "name", "content_base64"],
        "properties": {"component": {"type": "string"}, "name": {"type": "string"}, "media_type": {"type": "string"}, "content_base64": {"type": "string"}}
    })
}
pub fn case() -> Doc {
    refused(
        Doc::new("Một hồ sơ", "One case")
            .tag("cases")
            .path("code", "Mã hồ sơ", "Case code")
            .about("`acts` liệt kê các việc người gọi làm được ngay, mỗi việc có lược đồ và ví dụ.", "`acts` lists what the caller may do now, each with a schema and an example.")
            .answer(200, "Hồ sơ", "The case", object()),
    )
}
pub fn act() -> Doc {
    let schema = json!({
        "type": "object", "required": ["act"],
        "properties": {
            "act": {"type": "string"},
            "input": {"type": "object", "description": "As the act's schema in the case asks; its fields may also stand beside `act`."},
            "version": {"type": "integer", "description": "The version that was seen: refused when the case has changed since."}
        }
    });
    refused(
        Doc::new("Làm một việc trên hồ sơ", "Act on a case")
            .tag("cases")
            .path("code", "Mã hồ sơ", "Case code")
            .header("Idempotency-Key", false, "Khóa chống trùng", "Makes a repeated request happen once")
            .body(schema, Some(json!({"act": "receive", "input": {}})))
            .answer(200, "Hồ sơ sau khi làm", "The case afterwards", object()),
    )
}
pub fn events() -> Doc {
    refused(Doc::new("Nhật ký của hồ sơ", "The journal of a case").tag("cases").path("code", "Mã hồ sơ", "Case code").answer(200, "Các sự kiện, cũ trước", "Events, oldest first", object()))
}
pub fn worklist() -> Doc {
    refused(
        Doc::new("Việc của tôi theo hạn", "My work by due time")
            .tag("work")
            .query("list", "todo, waiting hoặc opinion", "todo, waiting or opinion", json!({"enum": ["todo", "waiting", "opinion"]}))
            .query("after", "Giá trị `next` của trang trước", "`next` of the former page", json!({"type": "string"}))
            .query("limit", "1–100", "1–100", json!({"type": "integer", "minimum": 1, "maximum": 100}))
            .answer(200, "Một trang", "One page", object()),
    )
}

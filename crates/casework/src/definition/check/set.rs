//! Sets: names are unique, what is waited for exists, and nothing waits for itself.

use super::Check;

impl Check<'_> {
    pub(super) fn set(&mut self) {
        let d = self.d;
        for (n, member) in d.set.iter().enumerate() {
            let (at, name) = (n.to_string(), member.name_in_set.as_str());
            if d.set.iter().take(n).any(|m| m.name_in_set == name) {
                self.fault(&["set", &at], format!("“{name}” khai báo hai lần"), format!("“{name}” is declared twice"));
            }
            for other in member.after.iter().filter(|o| d.set_member(o).is_none()) {
                self.fault(&["set", &at, "after"], format!("không có thủ tục “{other}” trong bộ"), format!("the set has no “{other}”"));
            }
            if d.waiting_for(name).iter().any(|m| m.name_in_set == name) {
                self.fault(&["set", &at, "after"], format!("“{name}” chờ chính nó"), format!("“{name}” waits for itself"));
            }
            if member.definition == d.code {
                self.fault(&["set", &at, "definition"], "bộ thủ tục không chứa chính nó", "a set does not contain itself");
            }
        }
    }
}

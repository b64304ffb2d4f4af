-- The code of verification of an issued document, as it is printed on it. Documents that were filed before have none printed, and none here.
ALTER TABLE case_document ADD COLUMN code TEXT;
CREATE INDEX case_document_code ON case_document (province, code);

-- The result an enterprise's level rests on: no figure puts frameworks or trust tiers together.
ALTER TABLE enterprise ADD COLUMN level_framework TEXT;
ALTER TABLE enterprise ADD COLUMN level_tier TEXT;
CREATE INDEX enterprise_level ON enterprise (province, level_framework, level_tier, level);
-- 1: agrees to anonymous figures. Peers of a result are enterprises that do.
ALTER TABLE enterprise ADD COLUMN statistics BIGINT NOT NULL DEFAULT 0;
UPDATE enterprise SET statistics = 1 WHERE EXISTS (SELECT 1 FROM snapshot s WHERE s.province = enterprise.province AND s.stream = enterprise.id AND s.state LIKE '%"statistics":%');
-- Which product, where a framework assesses products.
ALTER TABLE assessment ADD COLUMN subject TEXT;
CREATE INDEX assessment_tier ON assessment (province, framework, edition, tier, vsic, submitted_at) WHERE enterprise IS NOT NULL;

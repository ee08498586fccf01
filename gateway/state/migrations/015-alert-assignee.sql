-- Lists are narrowed by who takes care of an alert and by its rule. Both stand in the body.
ALTER TABLE alerts ADD COLUMN assignee TEXT GENERATED ALWAYS AS (body ->> '$.assignee') VIRTUAL;
ALTER TABLE alerts ADD COLUMN rule TEXT GENERATED ALWAYS AS (body ->> '$.rule') VIRTUAL;
CREATE INDEX alerts_by_assignee ON alerts (assignee, raised_at, id) WHERE assignee IS NOT NULL;
CREATE INDEX alerts_by_rule ON alerts (rule, raised_at, id);

-- name: write_bids
-- Keep what campaigns answered when they were asked.
INSERT INTO allocate_bid (asked_for, campaign_id, asked_at, ms, sizes, request, status, prices, refused, refusal,
                          reference, excerpt)
SELECT asked_for, campaign_id, leadhouse_now() - make_interval(secs => ms / 1000.0), ms, sizes, request, status, prices,
       refused, refusal, reference, excerpt
FROM jsonb_to_recordset(%(bids)s::jsonb)
     AS fresh (asked_for uuid, campaign_id int, ms int, sizes smallint[], request text, status smallint, prices jsonb,
               refused jsonb, refusal text, reference text, excerpt text);

-- name: bids_of
-- The last answer of each campaign about these leads or pings.
SELECT DISTINCT ON (asked_for, campaign_id) asked_for, campaign_id, asked_at, prices, refusal, reference
FROM allocate_bid WHERE asked_for = ANY(%(asked_for)s::uuid[])
ORDER BY asked_for, campaign_id, asked_at DESC, id DESC;

-- name: forget_person
-- Leave of what was asked about these leads only what was bid.
UPDATE allocate_bid SET request = 'erased', reference = '', excerpt = '' WHERE asked_for = ANY(%(lead_ids)s::uuid[]);

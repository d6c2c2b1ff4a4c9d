-- What the portals' roles may read, row by row and column by column (docs/adr/0016-fences.md).
-- The house itself owns the tables: no policy is ever looked at for it.

CREATE FUNCTION leadhouse_company() RETURNS int LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('leadhouse.company_id', true), '')::int;

CREATE FUNCTION leadhouse_source() RETURNS int LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('leadhouse.source_id', true), '')::int;

-- Has the roles and their fences; NULL when they stand, else what a superuser has to do first.
CREATE FUNCTION leadhouse_open_portals() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    portal text;
    advice CONSTANT text := format(
        'a superuser of this server must run: CREATE ROLE leadhouse_buyer NOLOGIN; CREATE ROLE leadhouse_source NOLOGIN; '
        'GRANT leadhouse_buyer, leadhouse_source TO %I;', current_user);
BEGIN
    FOREACH portal IN ARRAY ARRAY['leadhouse_buyer', 'leadhouse_source'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = portal) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN', portal);
            EXCEPTION
                WHEN duplicate_object OR unique_violation THEN NULL;
                WHEN insufficient_privilege THEN RETURN advice;
            END;
        END IF;
        IF NOT pg_has_role(current_user, portal, 'SET') THEN
            BEGIN
                EXECUTE format('GRANT %I TO %I WITH INHERIT FALSE, SET TRUE', portal, current_user);
            EXCEPTION
                WHEN insufficient_privilege THEN RETURN advice;
            END;
        END IF;
    END LOOP;
    IF NOT EXISTS (SELECT FROM pg_policies WHERE policyname = 'leadhouse_fence') THEN
        PERFORM leadhouse_put_up_fences();
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION leadhouse_put_up_fences() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    -- A buyer: its own assignments, and of leads only those that it has bought.
    ALTER TABLE allocate_assignment ENABLE ROW LEVEL SECURITY;
    GRANT SELECT (id, lead_id, company_id, campaign_id, consumer_id, product_id, sale_size, price_minor, status,
                  decided_at, delivered_at, rejection_until, rejected_at, returned_at, converted_at)
        ON allocate_assignment TO leadhouse_buyer;
    CREATE POLICY leadhouse_fence ON allocate_assignment FOR SELECT TO leadhouse_buyer
        USING (company_id = leadhouse_company());

    ALTER TABLE capture_lead ENABLE ROW LEVEL SECURITY;
    GRANT SELECT (id, product_id, received_at, fields, extra, is_test) ON capture_lead TO leadhouse_buyer;
    CREATE POLICY leadhouse_fence ON capture_lead FOR SELECT TO leadhouse_buyer
        USING (EXISTS (SELECT FROM allocate_assignment AS given
                       WHERE given.lead_id = capture_lead.id AND given.company_id = leadhouse_company()
                         AND given.status = 'accepted'));

    ALTER TABLE capture_correction ENABLE ROW LEVEL SECURITY;
    GRANT SELECT (lead_id, fields, extra) ON capture_correction TO leadhouse_buyer;
    CREATE POLICY leadhouse_fence ON capture_correction FOR SELECT TO leadhouse_buyer
        USING (EXISTS (SELECT FROM capture_lead AS bought WHERE bought.id = lead_id));

    ALTER TABLE deliver_parcel ENABLE ROW LEVEL SECURITY;
    GRANT SELECT (id, kind, lead_id, assignment_id, method, status, attempts, created_at, closed_at)
        ON deliver_parcel TO leadhouse_buyer;
    CREATE POLICY leadhouse_fence ON deliver_parcel FOR SELECT TO leadhouse_buyer
        USING (kind = 'delivery' AND EXISTS (SELECT FROM allocate_assignment AS given
                                             WHERE given.id = assignment_id
                                               AND given.company_id = leadhouse_company()));

    ALTER TABLE deliver_attempt ENABLE ROW LEVEL SECURITY;
    GRANT SELECT ON deliver_attempt TO leadhouse_buyer;
    CREATE POLICY leadhouse_fence ON deliver_attempt FOR SELECT TO leadhouse_buyer
        USING (EXISTS (SELECT FROM deliver_parcel AS parcel WHERE parcel.id = parcel_id));

    -- What was sent is shown of leads that were bought: of a refused one it would say who the person is.
    ALTER TABLE deliver_sent ENABLE ROW LEVEL SECURITY;
    GRANT SELECT ON deliver_sent TO leadhouse_buyer;
    CREATE POLICY leadhouse_fence ON deliver_sent FOR SELECT TO leadhouse_buyer
        USING (EXISTS (SELECT FROM deliver_attempt AS attempt
                       JOIN deliver_parcel AS parcel ON parcel.id = attempt.parcel_id
                       JOIN allocate_assignment AS given ON given.id = parcel.assignment_id
                       WHERE attempt.id = attempt_id AND given.status = 'accepted'));

    ALTER TABLE feedback_response ENABLE ROW LEVEL SECURITY;
    GRANT SELECT ON feedback_response TO leadhouse_buyer;
    CREATE POLICY leadhouse_fence ON feedback_response FOR SELECT TO leadhouse_buyer
        USING (company_id = leadhouse_company());

    ALTER TABLE feedback_file ENABLE ROW LEVEL SECURITY;
    GRANT SELECT ON feedback_file TO leadhouse_buyer;
    CREATE POLICY leadhouse_fence ON feedback_file FOR SELECT TO leadhouse_buyer
        USING (company_id = leadhouse_company());

    ALTER TABLE feedback_row ENABLE ROW LEVEL SECURITY;
    GRANT SELECT ON feedback_row TO leadhouse_buyer;
    CREATE POLICY leadhouse_fence ON feedback_row FOR SELECT TO leadhouse_buyer
        USING (EXISTS (SELECT FROM feedback_file AS file WHERE file.id = file_id));

    ALTER TABLE web_note ENABLE ROW LEVEL SECURITY;
    GRANT SELECT, INSERT ON web_note TO leadhouse_buyer;
    CREATE POLICY leadhouse_fence ON web_note FOR ALL TO leadhouse_buyer
        USING (company_id = leadhouse_company())
        WITH CHECK (company_id = leadhouse_company()
                    AND EXISTS (SELECT FROM allocate_assignment AS given WHERE given.id = assignment_id));

    ALTER TABLE parties_campaign ENABLE ROW LEVEL SECURITY;
    GRANT SELECT (id, key, company_id) ON parties_campaign TO leadhouse_buyer;
    CREATE POLICY leadhouse_fence ON parties_campaign FOR SELECT TO leadhouse_buyer
        USING (company_id = leadhouse_company());

    ALTER TABLE allocate_cap_window ENABLE ROW LEVEL SECURITY;
    GRANT SELECT ON allocate_cap_window TO leadhouse_buyer;
    CREATE POLICY leadhouse_fence ON allocate_cap_window FOR SELECT TO leadhouse_buyer
        USING (EXISTS (SELECT FROM parties_campaign AS own WHERE own.id = campaign_id));

    ALTER TABLE parties_person ENABLE ROW LEVEL SECURITY;
    GRANT SELECT (id, email, role, company_id, is_active, last_login, created_at) ON parties_person
        TO leadhouse_buyer;
    CREATE POLICY leadhouse_fence ON parties_person FOR SELECT TO leadhouse_buyer
        USING (company_id = leadhouse_company());

    ALTER TABLE billing_wallet ENABLE ROW LEVEL SECURITY;
    GRANT SELECT ON billing_wallet TO leadhouse_buyer;
    CREATE POLICY leadhouse_fence ON billing_wallet FOR SELECT TO leadhouse_buyer
        USING (company_id = leadhouse_company());

    -- A source: its own leads as it posted them and what they came to, never who bought them or for how much.
    ALTER TABLE timeline_passport ENABLE ROW LEVEL SECURITY;
    GRANT SELECT (lead_id, consumer_id, product_id, source_id, status, reason, good_to_sell, classification,
                  is_test, waiting_until, received_at, status_at, settled_at)
        ON timeline_passport TO leadhouse_source;
    CREATE POLICY leadhouse_fence ON timeline_passport FOR SELECT TO leadhouse_source
        USING (source_id = leadhouse_source());

    GRANT SELECT ON capture_lead TO leadhouse_source;
    CREATE POLICY leadhouse_own_posts ON capture_lead FOR SELECT TO leadhouse_source
        USING (source_id = leadhouse_source());

    ALTER TABLE capture_receipt ENABLE ROW LEVEL SECURITY;
    GRANT SELECT ON capture_receipt TO leadhouse_source;
    CREATE POLICY leadhouse_fence ON capture_receipt FOR SELECT TO leadhouse_source
        USING (source_id = leadhouse_source());

    ALTER TABLE capture_refused_post ENABLE ROW LEVEL SECURITY;
    GRANT SELECT ON capture_refused_post TO leadhouse_source;
    CREATE POLICY leadhouse_fence ON capture_refused_post FOR SELECT TO leadhouse_source
        USING (source_id = leadhouse_source());

    GRANT SELECT (id, assignment_id, lead_id, kind, reason, value_minor, at, code) ON feedback_response
        TO leadhouse_source;
    CREATE POLICY leadhouse_own_leads ON feedback_response FOR SELECT TO leadhouse_source
        USING (EXISTS (SELECT FROM timeline_passport AS passport
                       WHERE passport.lead_id = feedback_response.lead_id));

    ALTER TABLE parties_access_key ENABLE ROW LEVEL SECURITY;
    GRANT SELECT ON parties_access_key TO leadhouse_source;
    CREATE POLICY leadhouse_fence ON parties_access_key FOR SELECT TO leadhouse_source
        USING (kind = 'source' AND owner_id = leadhouse_source());
    GRANT SELECT (kind, owner_id, hint, created_at, revoked_at) ON parties_access_key TO leadhouse_buyer;
    CREATE POLICY leadhouse_own_keys ON parties_access_key FOR SELECT TO leadhouse_buyer
        USING (kind = 'company' AND owner_id = leadhouse_company());

    -- The book: the entries that move a party's own accounts.
    ALTER TABLE billing_account ENABLE ROW LEVEL SECURITY;
    ALTER TABLE billing_posting ENABLE ROW LEVEL SECURITY;
    ALTER TABLE billing_entry ENABLE ROW LEVEL SECURITY;
    GRANT SELECT ON billing_account, billing_posting, billing_entry TO leadhouse_buyer, leadhouse_source;
    CREATE POLICY leadhouse_fence ON billing_account FOR SELECT TO leadhouse_buyer
        USING (kind IN ('funds', 'held') AND owner_id = leadhouse_company());
    CREATE POLICY leadhouse_own_payouts ON billing_account FOR SELECT TO leadhouse_source
        USING (kind = 'payable' AND owner_id = leadhouse_source());
    CREATE POLICY leadhouse_fence ON billing_posting FOR SELECT TO leadhouse_buyer, leadhouse_source
        USING (EXISTS (SELECT FROM billing_account AS own WHERE own.id = account_id));
    CREATE POLICY leadhouse_fence ON billing_entry FOR SELECT TO leadhouse_buyer, leadhouse_source
        USING (EXISTS (SELECT FROM billing_posting AS own WHERE own.entry_id = billing_entry.id));
END $$;

SELECT leadhouse_open_portals();

-- SPDX-License-Identifier: Apache-2.0
-- A redemption as one would write it over a relational database, in one call: look whether the id is known, lock the voucher,
-- check it, insert the redemption and its two entries, move two balances. Given: `vouchers`, how many.

CREATE TABLE voucher (
	id bigint PRIMARY KEY,
	provider integer NOT NULL,
	expires date NOT NULL,
	status smallint NOT NULL,
	remaining bigint NOT NULL CHECK (remaining >= 0)
) WITH (fillfactor = 80);

CREATE TABLE balance (
	account bigint PRIMARY KEY,
	amount bigint NOT NULL
) WITH (fillfactor = 80);

CREATE TABLE redemption (
	id uuid PRIMARY KEY,
	voucher bigint NOT NULL REFERENCES voucher,
	amount bigint NOT NULL,
	at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE entry (
	redemption uuid NOT NULL,
	account bigint NOT NULL,
	amount bigint NOT NULL
);

-- The accounts of vouchers are their ids, those of 1,000 providers are below zero: no row is hot.
INSERT INTO voucher SELECT i, i % 1000, '2099-12-31', 1, 100000000 FROM generate_series(0, :vouchers - 1) i;
INSERT INTO balance SELECT i, 100000000 FROM generate_series(0, :vouchers - 1) i;
INSERT INTO balance SELECT -i, 0 FROM generate_series(1, 1000) i;

CREATE FUNCTION redeem(_id uuid, _voucher bigint, _amount bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	known redemption;
	held voucher;
BEGIN
	SELECT * INTO known FROM redemption WHERE id = _id;
	IF FOUND THEN
		RETURN CASE WHEN known.voucher = _voucher AND known.amount = _amount THEN 'ok' ELSE 'id reused' END;
	END IF;
	SELECT * INTO held FROM voucher WHERE id = _voucher FOR UPDATE;
	IF NOT FOUND THEN RETURN 'no such voucher'; END IF;
	IF held.status <> 1 THEN RETURN 'not live'; END IF;
	IF held.expires < current_date THEN RETURN 'expired'; END IF;
	IF _amount <= 0 OR held.remaining < _amount THEN RETURN 'not enough left'; END IF;
	UPDATE voucher SET remaining = remaining - _amount WHERE id = _voucher;
	INSERT INTO redemption (id, voucher, amount) VALUES (_id, _voucher, _amount);
	INSERT INTO entry VALUES (_id, _voucher, -_amount), (_id, -1 - held.provider, _amount);
	UPDATE balance SET amount = amount - _amount WHERE account = _voucher;
	UPDATE balance SET amount = amount + _amount WHERE account = -1 - held.provider;
	RETURN 'ok';
END $$;

-- `_count` of them, on vouchers `_step` apart, so that clients with vouchers of their own do not wait for each other.
CREATE FUNCTION redeem_many(_voucher bigint, _step integer, _count integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
	vouchers bigint := (SELECT max(id) + 1 FROM voucher);
	good integer := 0;
BEGIN
	FOR i IN 0 .. _count - 1 LOOP
		IF redeem(gen_random_uuid(), (_voucher + i * 7919::bigint * _step) % vouchers, 1) = 'ok' THEN
			good := good + 1;
		END IF;
	END LOOP;
	RETURN good;
END $$;

VACUUM ANALYZE;
CHECKPOINT;

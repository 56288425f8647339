/* SPDX-License-Identifier: Apache-2.0 */
#include "record/note.h"

#include "support/suite.h"

#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The example of golang.org/x/mod/sumdb/note: key, text and note, byte for byte. */
#define PETER "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
#define TEXT                                                                                       \
	"If you think cryptography is the answer to your problem,\n"                                   \
	"then you don't know what your problem is.\n"
#define SIGNATURE                                                                                  \
	"x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
#define LINE "— PeterNeumann " SIGNATURE "\n"
#define UNKNOWN                                                                                    \
	"— EnochRoot "                                                                               \
	"rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=" \
	"\n"

/* Its private key: the seed in PEM. */
static const char peter_pem[] = "-----BEGIN PRIVATE KEY-----\n"
                                "MC4CAQAwBQYDK2VwBCIEIIEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz\n"
                                "-----END PRIVATE KEY-----\n";

static struct note_key key_of(const char *text) {
	struct note_key key = { .type = NOTE_ED25519 };
	ck_assert_int_eq(note_key_parse(text, strlen(text), &key), ERR_OK);
	return key;
}

static struct note_signer *signer_of(enum note_type type, const char *name) {
	struct note_signer *signer = NULL;
	ck_assert_int_eq(note_signer_read(type, name, peter_pem, strlen(peter_pem), &signer), ERR_OK);
	return signer;
}

static struct note note_of(const char *text) {
	struct note note = { .text = NULL };
	ck_assert_int_eq(note_parse(text, strlen(text), &note), ERR_OK);
	return note;
}

START_TEST(known_notes_verify) {
	static const struct {
		const char *key, *text, *note;
	} cases[] = {
		{ PETER, TEXT, TEXT "\n" LINE },
		{ PETER, TEXT, TEXT "\n" UNKNOWN LINE },
		/* What sum.golang.org signed, of which C2SP tlog-checkpoint's example is made. */
		{ "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
		    "go.sum database tree\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
		    "go.sum database tree\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
		    "— sum.golang.org Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzG"
		    "ku9nTo+zyWE+xeMcTOAYQ8=\n" },
		{ "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
		    "This is an example message.\n", /* C2SP signed-note */
		    "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXp"
		    "pzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n" },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct note_key key = key_of(cases[i].key);
		struct note note = note_of(cases[i].note);
		uint64_t time_s = 99;
		ck_assert_uint_eq(note.text_bytes, strlen(cases[i].text));
		ck_assert_mem_eq(note.text, cases[i].text, note.text_bytes);
		ck_assert_int_eq(note_verify_key(&note, &key, &time_s), ERR_OK);
		ck_assert_uint_eq(time_s, 0);
	}
}
END_TEST

START_TEST(a_known_key_signs_the_known_note) {
	struct note_signer *signer = signer_of(NOTE_ED25519, "PeterNeumann");
	const struct note_signer *signers[] = { signer };
	struct buffer note;
	buffer_init(&note, 0);
	ck_assert_int_eq(note_sign(TEXT, strlen(TEXT), signers, 1, 0, &note), ERR_OK);
	ck_assert_str_eq(buffer_string(&note), TEXT "\n" LINE);
	note_signer_free(signer);
	buffer_done(&note);
}
END_TEST

START_TEST(what_is_no_note_is_refused) {
	static const char *const wrong[] = {
		"",
		"\n",
		"\n\n",
		TEXT,
		TEXT "\n",
		TEXT LINE,
		LINE,
		TEXT "\n— PeterNeumann " SIGNATURE, /* no newline */
		TEXT "\n" LINE "\n",                /* nothing behind the last empty line */
		TEXT "\n" LINE "x\n",               /* another line among the signatures */
		TEXT "\n- PeterNeumann " SIGNATURE "\n",
		TEXT "\n—PeterNeumann " SIGNATURE "\n",
		TEXT "\n— PeterNeumann  " SIGNATURE "\n",
		TEXT "\n— PeterNeumann " SIGNATURE " \n",
		TEXT "\n— PeterNeumann\n",
		TEXT "\n—  " SIGNATURE "\n",
		TEXT "\n— Peter+Neumann " SIGNATURE "\n",
		TEXT "\n— PeterNeumann AAAA\n",     /* three bytes: no key id */
		TEXT "\n— PeterNeumann AAAAAA==\n", /* a key id alone */
		TEXT "\n— PeterNeumann AAAAAAB=\n", /* bits left over */
		"a\tb\n\n" LINE,
		"a\r\n\n" LINE,
		"a\xff\n\n" LINE,
	};
	for (size_t i = 0; i < COUNT(wrong); i++) {
		struct note note = { .text_bytes = 99 };
		ck_assert_msg(
		    note_parse(wrong[i], strlen(wrong[i]), &note) == ERR_SYNTAX, "%zu: %s", i, wrong[i]);
		ck_assert_uint_eq(note.text_bytes, 99);
	}
	struct note note;
	ck_assert_int_eq(note_parse("a\0\n\n" LINE, strlen(LINE) + 4, &note), ERR_SYNTAX);
}
END_TEST

START_TEST(the_text_ends_at_the_last_empty_line) {
	struct note note = note_of("\na\n\n\nb\n\n" LINE);
	ck_assert_uint_eq(note.text_bytes, strlen("\na\n\n\nb\n"));
	ck_assert_uint_eq(note.lines_bytes, strlen(LINE));
}
END_TEST

START_TEST(signatures_of_unknown_keys_say_nothing) {
	static const char *const notes[] = {
		TEXT "\n" UNKNOWN, TEXT "\n— PeterNeumanN " SIGNATURE "\n", /* the id alone */
		TEXT "\n— PeterNeumann x08goPZJkuBS9UG/\n",                 /* the name alone */
	};
	struct note_key key = key_of(PETER);
	for (size_t i = 0; i < COUNT(notes); i++) {
		struct note note = note_of(notes[i]);
		size_t count = 99;
		ck_assert_int_eq(note_verify_key(&note, &key, NULL), ERR_NOT_FOUND);
		ck_assert_int_eq(note_verify(&note, &key, 1, &count), ERR_NOT_FOUND);
		ck_assert_int_eq(note_verify(&note, NULL, 0, &count), ERR_NOT_FOUND);
		ck_assert_uint_eq(count, 99);
	}
}
END_TEST

/* Also beside a right one. */
START_TEST(a_wrong_signature_of_a_known_key_refuses_the_note) {
	static const char *const notes[] = {
		TEXT "x\n\n" LINE,
		TEXT "\n— PeterNeumann x08gowAA\n",
		TEXT "\n" LINE "— PeterNeumann x08gowAA\n",
		TEXT "\n— PeterNeumann x08gowAA\n" LINE,
	};
	struct note_key keys[] = { key_of(PETER),
		key_of("EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop") };
	size_t count = 99;
	for (size_t i = 0; i < COUNT(notes); i++) {
		struct note note = note_of(notes[i]);
		ck_assert_int_eq(note_verify_key(&note, &keys[0], NULL), ERR_DENIED);
		ck_assert_int_eq(note_verify(&note, keys, 2, &count), ERR_DENIED);
	}
	ck_assert_uint_eq(count, 99);
	struct note right = note_of(TEXT "\n" LINE UNKNOWN);
	ck_assert_int_eq(note_verify(&right, keys, 2, &count), ERR_OK);
	ck_assert_uint_eq(count, 2);
	struct note wrong = note_of(TEXT "\n" LINE "— EnochRoot rwz+eBzm\n");
	ck_assert_int_eq(note_verify(&wrong, keys, 2, &count), ERR_DENIED);
	ck_assert_int_eq(note_verify(&wrong, keys, 1, &count), ERR_OK);
}
END_TEST

static void no_byte_can_be_changed(struct buffer *right, const struct note_key *key) {
	struct note note;
	ck_assert_int_eq(note_parse(right->data, right->bytes, &note), ERR_OK);
	ck_assert_int_eq(note_verify(&note, key, 1, NULL), ERR_OK);
	for (size_t i = 0; i < right->bytes; i++)
		for (unsigned bit = 0; bit < 8; bit += key->type == NOTE_SM2 ? 5 : 1) { /* SM2 is slow */
			right->data[i] ^= (char)(1 << bit);
			enum err err = note_parse(right->data, right->bytes, &note);
			if (!err)
				err = note_verify(&note, key, 1, NULL);
			ck_assert_msg(err, "byte %zu, bit %u", i, bit);
			right->data[i] ^= (char)(1 << bit);
		}
}

START_TEST(no_byte_of_a_signed_note_can_be_changed) {
	static const enum note_type types[] = { NOTE_ED25519, NOTE_COSIGNATURE, NOTE_SM2 };
	for (size_t i = 0; i < COUNT(types); i++) {
		struct note_signer *signer = NULL;
		struct buffer text;
		buffer_init(&text, 0);
		ck_assert_int_eq(note_signer_generate(types[i], "a.example/b", &signer), ERR_OK);
		const struct note_signer *signers[] = { signer };
		ck_assert_int_eq(note_sign(TEXT, strlen(TEXT), signers, 1, 1700000000, &text), ERR_OK);
		no_byte_can_be_changed(&text, note_signer_key(signer));
		note_signer_free(signer);
		buffer_done(&text);
	}
}
END_TEST

/* By Python: cryptography's Ed25519 over b"cosignature/v1\ntime 1679315147\n" + text. */
#define CHECKPOINT                                                                                 \
	"example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
#define WITNESS "witness.example/w1+cc9a7044+BBpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
#define COSIGNATURE                                                                                \
	"— witness.example/w1 "                                                                      \
	"zJpwRAAAAABkGFDLJeR//pqzhnEKVvEm2wWbh2RJ6oru5+cUUfm5X9NnlaGr8aSH9QE5RVZD4QGlxl2F5UpVIIi94p17" \
	"8KLfqPPsAA==\n"

START_TEST(a_cosignature_states_its_time) {
	struct note_signer *signer = signer_of(NOTE_COSIGNATURE, "witness.example/w1");
	struct note_key key = key_of(WITNESS);
	struct note note = note_of(CHECKPOINT "\n" COSIGNATURE);
	struct buffer lines;
	uint64_t time_s = 0;
	ck_assert_int_eq(note_verify_key(&note, &key, &time_s), ERR_OK);
	ck_assert_uint_eq(time_s, 1679315147);
	buffer_init(&lines, 0);
	ck_assert_int_eq(
	    note_sign_line(CHECKPOINT, strlen(CHECKPOINT), signer, 1679315147, &lines), ERR_OK);
	ck_assert_str_eq(buffer_string(&lines), COSIGNATURE);
	ck_assert_int_eq(
	    note_sign_line(CHECKPOINT, strlen(CHECKPOINT), signer, (uint64_t)INT64_MAX + 1, &lines),
	    ERR_RANGE);
	ck_assert_str_eq(buffer_string(&lines), COSIGNATURE);
	note_signer_free(signer);
	buffer_done(&lines);
}
END_TEST

START_TEST(of_several_cosignatures_the_latest_time_counts) {
	struct note_signer *signer = signer_of(NOTE_COSIGNATURE, "witness.example/w1");
	struct note_key key = key_of(WITNESS);
	struct buffer text;
	uint64_t time_s = 0;
	buffer_init(&text, 0);
	buffer_append_text(&text, CHECKPOINT "\n");
	for (uint64_t i = 0; i < 3; i++)
		ck_assert_int_eq(
		    note_sign_line(CHECKPOINT, strlen(CHECKPOINT), signer, i == 1 ? INT64_MAX : 5, &text),
		    ERR_OK);
	struct note note = note_of(buffer_string(&text));
	ck_assert_int_eq(note_verify_key(&note, &key, &time_s), ERR_OK);
	ck_assert_uint_eq(time_s, INT64_MAX);
	note_signer_free(signer);
	buffer_done(&text);
}
END_TEST

/* The same key bytes and name, but the other type: by its own id it is unknown, and passed off
 * under the other's id it is wrong. */
START_TEST(a_cosignature_is_no_signature_and_the_other_way_round) {
	static const char *const names[] = { "witness.example/w1", "PeterNeumann" };
	static const enum note_type types[] = { NOTE_COSIGNATURE, NOTE_ED25519 };
	for (size_t i = 0; i < 2; i++) {
		struct note_signer *signer = signer_of(types[i], names[0]);
		struct note_signer *other = signer_of(types[1 - i], names[0]);
		const struct note_signer *signers[] = { signer };
		struct buffer text;
		buffer_init(&text, 0);
		ck_assert_int_eq(
		    note_sign(CHECKPOINT, strlen(CHECKPOINT), signers, 1, 1679315147, &text), ERR_OK);
		struct note note = note_of(buffer_string(&text));
		struct note_key key = *note_signer_key(other);
		ck_assert_int_eq(note_verify_key(&note, &key, NULL), ERR_NOT_FOUND);
		key.id = note_signer_key(signer)->id;
		ck_assert_int_eq(note_verify_key(&note, &key, NULL), ERR_DENIED);
		note_signer_free(signer);
		note_signer_free(other);
		buffer_done(&text);
	}
}
END_TEST

START_TEST(a_witness_line_that_is_right_is_kept_as_it_stands) {
	struct note_key key = key_of(WITNESS), other = key_of(PETER);
	struct note note = note_of(CHECKPOINT "\n" UNKNOWN COSIGNATURE UNKNOWN);
	struct note wrong = note_of(CHECKPOINT "x\n\n" COSIGNATURE);
	struct buffer lines;
	buffer_init(&lines, 0);
	buffer_append_text(&lines, "before\n");
	ck_assert_int_eq(note_keep(&note, &key, &lines), ERR_OK);
	ck_assert_int_eq(note_keep(&note, &other, &lines), ERR_NOT_FOUND);
	ck_assert_int_eq(note_keep(&wrong, &key, &lines), ERR_DENIED);
	ck_assert_str_eq(buffer_string(&lines), "before\n" COSIGNATURE);
	buffer_done(&lines);
}
END_TEST

START_TEST(ledger_and_sm2_sign_side_by_side) {
	struct note_signer *signer = signer_of(NOTE_ED25519, "voucherd.example/changping"), *sm2 = NULL;
	struct buffer text;
	buffer_init(&text, 0);
	ck_assert_int_eq(note_signer_generate(NOTE_SM2, "voucherd.example/changping", &sm2), ERR_OK);
	const struct note_signer *signers[] = { signer, sm2 };
	ck_assert_int_eq(note_sign("a\n", 2, signers, 2, 0, &text), ERR_OK);
	struct note note = note_of(buffer_string(&text));
	struct note_key keys[] = { *note_signer_key(signer), *note_signer_key(sm2) };
	size_t count = 0;
	ck_assert_int_eq(note_verify(&note, keys, 2, &count), ERR_OK);
	ck_assert_uint_eq(count, 2);
	text.data[0] = 'b';
	for (size_t i = 0; i < 2; i++)
		ck_assert_int_eq(note_verify(&note, &keys[i], 1, &count), ERR_DENIED);
	note_signer_free(signer);
	note_signer_free(sm2);
	buffer_done(&text);
}
END_TEST

START_TEST(a_text_that_is_none_is_not_signed) {
	static const char *const wrong[] = { "", "a", "a\tb\n", "a\xff\n" };
	struct note_signer *signer = signer_of(NOTE_ED25519, "PeterNeumann");
	const struct note_signer *signers[] = { signer };
	struct buffer text;
	buffer_init(&text, 0);
	for (size_t i = 0; i < COUNT(wrong); i++) {
		ck_assert_int_eq(note_sign(wrong[i], strlen(wrong[i]), signers, 1, 0, &text), ERR_SYNTAX);
		ck_assert_int_eq(note_sign_line(wrong[i], strlen(wrong[i]), signer, 0, &text), ERR_SYNTAX);
	}
	ck_assert_uint_eq(text.bytes, 0);
	note_signer_free(signer);
	buffer_done(&text);
}
END_TEST

START_TEST(more_than_the_limits_is_refused) {
	struct buffer text;
	struct note note;
	buffer_init(&text, 0);
	buffer_append_text(&text, "a\n\n");
	for (int i = 0; i < LIMIT_NOTE_SIGNATURES; i++)
		buffer_append_text(&text, LINE);
	ck_assert_int_eq(note_parse(text.data, text.bytes, &note), ERR_OK);
	buffer_append_text(&text, LINE);
	ck_assert_int_eq(note_parse(text.data, text.bytes, &note), ERR_RANGE);
	buffer_clear(&text);
	buffer_append_text(&text, "a\n\n— b ");
	for (int i = 0; i < LIMIT_NOTE_SIGNATURE_BYTES / 3 + 1; i++)
		buffer_append_text(&text, "AAAA");
	buffer_append_text(&text, "\n");
	ck_assert_int_eq(note_parse(text.data, text.bytes, &note), ERR_RANGE);
	buffer_clear(&text);
	for (int i = 0; i < LIMIT_NOTE_BYTES; i++)
		buffer_append_text(&text, "a");
	buffer_append_text(&text, "\n\n" LINE);
	ck_assert_int_eq(note_parse(text.data, text.bytes, &note), ERR_RANGE);
	buffer_done(&text);
}
END_TEST

SUITE_MAIN("note", known_notes_verify, a_known_key_signs_the_known_note, what_is_no_note_is_refused,
    the_text_ends_at_the_last_empty_line, signatures_of_unknown_keys_say_nothing,
    a_wrong_signature_of_a_known_key_refuses_the_note, no_byte_of_a_signed_note_can_be_changed,
    a_cosignature_states_its_time, of_several_cosignatures_the_latest_time_counts,
    a_cosignature_is_no_signature_and_the_other_way_round,
    a_witness_line_that_is_right_is_kept_as_it_stands, ledger_and_sm2_sign_side_by_side,
    a_text_that_is_none_is_not_signed, more_than_the_limits_is_refused)

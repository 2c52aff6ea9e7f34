/* A verdict in words, in both languages, and its facts as they are stored. */
#include <errno.h>

#include "loadgen/verdict/sentence.h"
#include "loadgen/verdict/verdict_json.h"
#include "tests/unit/test.h"

static const struct {
    const char *english, *indonesian;
} sentences[] = {
#define SENTENCE(NAME, english, indonesian) {english, indonesian},
#include "loadgen/verdict/sentences.def"
#undef SENTENCE
};

static size_t count_of(const char *text, const char *part)
{
    size_t count = 0;
    for (const char *at = text; (at = strstr(at, part)) != NULL; at += strlen(part)) {
        count++;
    }
    return count;
}

TEST(both_languages_fill_in_the_same)
{
    static const char *const keys[] = {"{name}", "{value}",   "{reached}", "{side}",  "{0}",     "{1}",    "{2}",
                                       "{3}",    "{of}",      "{unit}",    "{call}",  "{errno}", "{text}", "{host}",
                                       "{rank}", "{refusal}", "{needed}",  "{field}", "{room}"};
    for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++) {
        size_t known = 0;
        for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
            const size_t count = count_of(sentences[i].english, keys[k]);
            known += count;
            if (count != count_of(sentences[i].indonesian, keys[k])) {
                fail_msg("%s differs: %s", keys[k], sentences[i].indonesian);
            }
        }
        if (known != count_of(sentences[i].english, "{")) {
            fail_msg("a key that is not known: %s", sentences[i].english);
        }
    }
}

/* A verdict with one fact of that kind, about something, with every number known. */
static struct verdict with_fact(enum fact_kind kind)
{
    struct verdict verdict = verdict_of_kind(VERDICT_UNKNOWN);
    struct fact fact = {.kind = kind, .numbers = {FACT_UNKNOWN, FACT_UNKNOWN, FACT_UNKNOWN, FACT_UNKNOWN}};
    switch (fact_subject(kind)) {
    case FACT_ABOUT_ERROR:
        fact.about.error.phase = PHASE_START;
        fact.about.error.call = CALL_FORK;
        fact.about.error.error_number = EAGAIN;
        break;
    case FACT_ABOUT_LIMIT:
        fact.about.limit.id = LIMIT_NPROC; /* one that a run can set */
        fact.about.limit.side = LIMIT_SIDE_SERVER;
        break;
    case FACT_ABOUT_COUNTER:
        fact.about.counter = COUNTER_PIDS_REFUSED;
        break;
    case FACT_ABOUT_SIDE:
        fact.about.side = FACT_SIDE_BOTH;
        break;
    case FACT_ABOUT_TEXT:
        snprintf(verdict.text, sizeof verdict.text, "-ERR, \"said\" the server");
        break;
    case FACT_ABOUT_REFUSAL:
        fact.about.refusal = URING_REFUSED_SYSCTL;
        break;
    case FACT_ABOUT_NONE:
        break;
    }
    for (size_t i = 0; fact_number_name(kind, i) != NULL; i++) {
        fact.numbers[i] = 12345 + i;
    }
    verdict_add(&verdict, fact);
    return verdict;
}

TEST(every_fact_has_a_sentence_and_comes_back_from_json)
{
    for (enum fact_kind kind = 0; kind < FACT_COUNT; kind++) {
        const struct verdict verdict = with_fact(kind);
        struct verdict again = verdict_of_kind(VERDICT_UNKNOWN);
        cJSON *const json = facts_to_json(&verdict);
        assert_true(facts_from_json(json, &again));
        assert_memory_equal(&again, &verdict, sizeof again);
        cJSON_Delete(json);
        for (enum language language = 0; language < LANGUAGE_COUNT; language++) {
            struct buf text = BUF_INIT;
            sentence_append(&verdict, language, &text);
            assert_false(text.failed);
            if (count_of(text.bytes, ". ") < 1 || strpbrk(text.bytes, "?{}") != NULL) {
                fail_msg("%s: %s", fact_name(kind), text.bytes);
            }
            buf_free(&text);
        }
    }
}

static void expect_sentences(const struct verdict *verdict, const char *english, const char *indonesian)
{
    struct buf text = BUF_INIT;
    sentence_append(verdict, LANGUAGE_ENGLISH, &text);
    assert_string_equal(text.bytes, english);
    buf_clear(&text);
    sentence_append(verdict, LANGUAGE_INDONESIAN, &text);
    assert_string_equal(text.bytes, indonesian);
    buf_free(&text);
}

TEST(a_sentence_says_what_stopped_them_and_how_certain_that_is)
{
    struct verdict verdict = verdict_of_kind(VERDICT_LIMIT);
    verdict.limit = LIMIT_NPROC;
    verdict.side = FACT_SIDE_CLIENT;
    verdict.certainty = CERTAINTY_LIKELY;
    verdict.value = 4096;
    verdict.reached = 4081;
    expect_sentences(&verdict,
                     "RLIMIT_NPROC (4,096) on the client side stopped the clients. This is likely, not "
                     "proved. Most clients at the same time: 4,081.",
                     "RLIMIT_NPROC (4.096) di sisi klien menghentikan klien. Ini kemungkinan besar, belum "
                     "terbukti. Klien terbanyak secara bersamaan: 4.081.");
}

/* A cap of so many, as it showed when clients came within 40 ms from one address. */
static struct verdict own_cap(uint64_t value, enum fact_kind shape)
{
    struct verdict verdict = verdict_of_kind(VERDICT_CAP);
    const struct fact fact = {.kind = shape, .numbers = {value, 3, 40, FACT_UNKNOWN}};
    verdict.reason = REASON_OWN_CAP;
    verdict.side = FACT_SIDE_SERVER;
    verdict.certainty = CERTAINTY_PROVED;
    verdict.value = value;
    verdict_add(&verdict, fact);
    return verdict;
}

TEST(a_cap_of_one_is_said_in_the_singular)
{
    struct verdict verdict = own_cap(1, FACT_TURNED_AWAY);
    verdict_add(&verdict, (struct fact){.kind = FACT_OTHERS, .numbers = {1}});
    expect_sentences(
        &verdict,
        "The server serves one connection at a time. The first client was served; it turned the later "
        "ones away. Others had one connection to the server before the run, and kept it; it is counted in.",
        "Server melayani satu koneksi pada satu waktu. Klien pertama dilayani; klien berikutnya ditolak. "
        "Pihak lain sudah mempunyai satu koneksi ke server sebelum pengujian dan tetap menahannya; koneksi "
        "itu ikut dihitung.");
    verdict = own_cap(1, FACT_KEPT_WAITING);
    expect_sentences(
        &verdict,
        "The server serves one connection at a time. One client was served, within 3 ms; the others waited "
        "in vain until their time was over.",
        "Server melayani satu koneksi pada satu waktu. Satu klien dilayani, dalam 3 ms; yang lain menunggu "
        "dengan sia-sia sampai waktunya habis.");
}

TEST(what_is_proved_of_a_cap_is_said_of_the_addresses_that_clients_came_from)
{
    struct verdict verdict = own_cap(20, FACT_KEPT_OPEN);
    verdict.facts[0].numbers[3] = 4;
    expect_sentences(
        &verdict,
        "From 4 addresses the server serves 20 connections at the same time and no more. It had closed the "
        "connections of the other clients while they were held, and kept 20. They came from 4 addresses: a "
        "bound on the connections of one address would look the same.",
        "Dari 4 alamat, server melayani 20 koneksi secara bersamaan dan tidak lebih. Koneksi klien lainnya "
        "ditutup server selama ditahan; yang dipertahankan 20. Semuanya datang dari 4 alamat: batas koneksi "
        "per alamat akan tampak sama.");
}

TEST(words_of_a_server_stand_in_quotation_marks)
{
    struct verdict verdict = verdict_of_kind(VERDICT_UNKNOWN);
    verdict_add(&verdict, fact_of_kind(FACT_REPLY));
    snprintf(verdict.text, sizeof verdict.text, "the server replied: -NOAUTH Authentication required.");
    expect_sentences(
        &verdict,
        "What stopped the clients is not known. The first of these clients failed with \"the server replied: "
        "-NOAUTH Authentication required.\".",
        "Apa yang menghentikan klien tidak diketahui. Klien pertama di antaranya gagal dengan \"the server "
        "replied: -NOAUTH Authentication required.\".");
}

TEST(a_text_that_ends_with_a_full_stop_gets_no_second_one)
{
    struct verdict verdict = verdict_of_kind(VERDICT_UNKNOWN);
    verdict_add(&verdict, fact_of_kind(FACT_RECORDED));
    snprintf(verdict.text, sizeof verdict.text, "all descriptors were in use.");
    expect_sentences(&verdict, "What stopped the clients is not known. all descriptors were in use.",
                     "Apa yang menghentikan klien tidak diketahui. all descriptors were in use.");
}

TEST(when_connections_were_closed_is_said_only_where_it_is_known)
{
    struct verdict verdict = verdict_of_kind(VERDICT_UNKNOWN);
    verdict_add(&verdict, (struct fact){.kind = FACT_CLOSED, .numbers = {5, 10, FACT_UNKNOWN, 20}});
    expect_sentences(&verdict,
                     "What stopped the clients is not known. Of the connections that it had served the server kept 5.",
                     "Apa yang menghentikan klien tidak diketahui. Dari koneksi yang telah dilayaninya, server "
                     "mempertahankan 5.");
}

TEST(of_several_ranks_the_host_is_named)
{
    struct verdict verdict = verdict_of_kind(VERDICT_LIMIT);
    verdict.limit = LIMIT_NOFILE;
    verdict.side = FACT_SIDE_CLIENT;
    verdict.certainty = CERTAINTY_PROVED;
    verdict.value = 60;
    verdict.rank = 12;
    snprintf(verdict.host, sizeof verdict.host, "lab2");
    expect_sentences(&verdict,
                     "RLIMIT_NOFILE (60) on the client side stopped the clients. Most clients failed on "
                     "host lab2 (rank 12); what follows was read there.",
                     "RLIMIT_NOFILE (60) di sisi klien menghentikan klien. Klien yang gagal paling "
                     "banyak ada di host lab2 (rank 12); yang berikut ini dibaca di sana.");
}

TEST(of_several_ranks_on_one_host_the_rank_is_named)
{
    struct verdict verdict = verdict_of_kind(VERDICT_LIMIT);
    struct buf text = BUF_INIT;
    verdict.limit = LIMIT_NOFILE;
    verdict.side = FACT_SIDE_CLIENT;
    verdict.certainty = CERTAINTY_PROVED;
    verdict.value = 60;
    verdict.rank = 3;
    verdict.of_rank = true;
    sentence_append(&verdict, LANGUAGE_ENGLISH, &text);
    assert_string_equal(text.bytes, "RLIMIT_NOFILE (60) on the client side stopped the clients. What follows was read "
                                    "by rank 3, where most clients failed.");
    buf_free(&text);
}

TEST(units_are_words_of_the_sentence_language)
{
    struct verdict verdict = verdict_of_kind(VERDICT_UNKNOWN);
    struct buf text = BUF_INIT;
    verdict.fact_count = 1;
    verdict.facts[0] = (struct fact){
        .kind = FACT_USE, .about.limit.id = LIMIT_NOFILE, .numbers = {FACT_UNKNOWN, 1000, FACT_UNKNOWN, 1024}};
    sentence_append(&verdict, LANGUAGE_INDONESIAN, &text);
    assert_non_null(strstr(text.bytes, "RLIMIT_NOFILE: 1.000 dari 1.024 deskriptor terpakai"));
    buf_free(&text);
}

static void expect_raise(const struct verdict *verdict, const char *english, const char *indonesian)
{
    const char *const expected[LANGUAGE_COUNT] = {english, indonesian};
    for (enum language language = 0; language < LANGUAGE_COUNT; language++) {
        struct buf text = BUF_INIT;
        sentence_append_raise(verdict, language, &text);
        assert_false(text.failed);
        if (strncmp(text.bytes, expected[language], strlen(expected[language])) != 0) {
            fail_msg("\"%s\" does not begin with \"%s\"", text.bytes, expected[language]);
        }
        buf_free(&text);
    }
}

/* In the unit of the field: MiB. */
TEST(a_limit_that_the_run_itself_set_is_raised_there_first)
{
    struct verdict verdict = verdict_of_kind(VERDICT_LIMIT);
    struct fact set = fact_of_kind(FACT_SET_BY_RUN);
    verdict.limit = LIMIT_AS;
    verdict.side = FACT_SIDE_CLIENT;
    verdict.certainty = CERTAINTY_PROVED;
    verdict.value = 64 << 20;
    expect_raise(&verdict, "ulimit -v KIB", "ulimit -v KIB");
    set.about.limit.id = LIMIT_AS;
    set.numbers[0] = 64;
    verdict_add(&verdict, set);
    expect_sentences(&verdict,
                     "RLIMIT_AS (67,108,864) on the client side stopped the clients. This run itself set "
                     "limits.as_mib to 64.",
                     "RLIMIT_AS (67.108.864) di sisi klien menghentikan klien. Pengujian ini sendiri mengatur "
                     "limits.as_mib menjadi 64.");
    expect_raise(&verdict, "give limits.as_mib more, or leave it out; where that does not suffice: ulimit -v KIB",
                 "beri limits.as_mib nilai lebih besar");
    verdict.needed = (1500ULL << 20) + 1;
    expect_raise(&verdict, "give limits.as_mib 1,501 or more, or leave it out", "beri limits.as_mib nilai 1.501 atau");
}

TEST(workers_are_raised_where_they_are_set_and_a_cap_of_another_server_is_not)
{
    struct verdict verdict = verdict_of_kind(VERDICT_CAP);
    verdict.reason = REASON_WORKERS;
    expect_raise(&verdict, "koneksi --workers N", "koneksi --workers N");
    verdict.reason = REASON_OWN_CAP;
    struct buf text = BUF_INIT;
    sentence_append_raise(&verdict, LANGUAGE_ENGLISH, &text);
    assert_int_equal(text.length, 0);
    buf_free(&text);
}

/* Those that the kernel names keep its name. */
TEST(limits_that_have_a_name_in_plain_words_have_it_in_both_languages)
{
    struct verdict verdict = verdict_of_kind(VERDICT_LIMIT);
    struct fact fact = fact_of_kind(FACT_ALSO);
    verdict.limit = LIMIT_BACKLOG;
    verdict.side = FACT_SIDE_SERVER;
    verdict.certainty = CERTAINTY_PROVED;
    verdict.value = 5;
    fact.about.limit.id = LIMIT_MEMORY;
    fact.numbers[0] = 7;
    fact.numbers[1] = 1000;
    verdict_add(&verdict, fact);
    fact = fact_of_kind(FACT_CANDIDATE);
    fact.about.limit.id = LIMIT_MEMORY;
    fact.numbers[1] = 1000;
    verdict_add(&verdict, fact);
    fact.about.limit.id = LIMIT_AS;
    verdict_add(&verdict, fact);
    expect_sentences(&verdict,
                     "listen backlog (5) on the server side stopped the clients. Other clients were likely stopped by "
                     "physical memory (1,000) on the client side: 7. These limits can cause it, and none is known to "
                     "have been exhausted: physical memory, RLIMIT_AS.",
                     "backlog server (5) di sisi server menghentikan klien. Klien lain kemungkinan besar dihentikan "
                     "oleh memori fisik (1.000) di sisi klien: 7. Batas berikut dapat menyebabkannya, dan tidak satu "
                     "pun diketahui habis: memori fisik, RLIMIT_AS.");
    assert_string_equal(verdict_name(&verdict), "listen backlog");
    assert_string_equal(verdict_name_in("physical memory", LANGUAGE_INDONESIAN), "memori fisik");
    assert_string_equal(verdict_name_in("pids.max", LANGUAGE_INDONESIAN), "pids.max");
}

TEST(nothing_to_explain_has_no_words)
{
    struct buf text = BUF_INIT;
    const struct verdict verdict = verdict_of_kind(VERDICT_NONE);
    sentence_append(&verdict, LANGUAGE_ENGLISH, &text);
    assert_int_equal(text.length, 0);
    buf_free(&text);
}

TEST(facts_of_another_version_are_left_out)
{
    struct verdict verdict = verdict_of_kind(VERDICT_UNKNOWN);
    cJSON *const json = cJSON_Parse("[{\"fact\":\"omen\"},{\"fact\":\"use\",\"limit\":\"x\",\"side\":\"client\"},7,"
                                    "{\"fact\":\"queue\",\"bound\":5,\"overflows\":\"many\"}]");
    assert_non_null(json);
    assert_false(facts_from_json(json, &verdict));
    cJSON_Delete(json);
    assert_int_equal(verdict.fact_count, 1);
    assert_int_equal(verdict.facts[0].numbers[0], 5);
    assert_true(verdict.facts[0].numbers[1] == FACT_UNKNOWN);
}

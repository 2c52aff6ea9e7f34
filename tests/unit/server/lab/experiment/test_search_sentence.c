/* What a search found on a made-up machine, in words. */

#include "server/lab/experiment/search_sentence.h"
#include "tests/unit/server/lab/experiment/strategy_fixture.h"

static void expect_sentences(struct lab *lab, const char *english, const char *indonesian)
{
    assert_string_equal(lab->result.sentence, english);
    search_describe(true, LANGUAGE_INDONESIAN, &lab->result);
    assert_string_equal(lab->result.sentence, indonesian);
}

CASE(where_the_load_generator_cannot_start_no_client_is_said_to_have_failed)
{
    static const struct verdict unknown = {
        .kind = VERDICT_UNKNOWN, .side = FACT_SIDE_CLIENT, .fact_count = 1, .facts = {{.kind = FACT_START_FAILED}}};
    struct lab *const lab = *state;
    lab->why = &unstarted;
    find_ceiling(lab, 20, hard, 0);
    expect_found(lab, 0, 1);
    expect_sentences(lab,
                     "thread: the load generator itself cannot start, not even for one client: RLIMIT_NPROC 1 on the "
                     "client side",
                     "thread: pembangkit beban sendiri tidak dapat mulai, bahkan untuk satu klien: RLIMIT_NPROC 1 di "
                     "sisi klien");
    lab->findings.count = 0;
    find_ceiling(lab, 20, hard, 30);
    expect_sentences(
        lab,
        "thread: 30 clients at the same time all complete; with 31 the load generator itself cannot start: "
        "RLIMIT_NPROC 1 on the client side",
        "thread: 30 klien secara bersamaan selesai semua; dengan 31 pembangkit beban sendiri tidak dapat "
        "mulai: RLIMIT_NPROC 1 di sisi klien");
    lab->findings.count = 0;
    lab->why = &unknown;
    find_ceiling(lab, 20, hard, 0);
    expect_sentences(lab,
                     "thread: the load generator itself cannot start, not even for one client; what keeps it from that "
                     "is not known",
                     "thread: pembangkit beban sendiri tidak dapat mulai, bahkan untuk satu klien; apa yang "
                     "menghalanginya tidak diketahui");
}

CASE(a_search_of_which_only_the_first_count_was_tried_claims_nothing_about_one_client)
{
    static const struct verdict nobody = {.kind = VERDICT_CAUSE,
                                          .reason = REASON_NOBODY_LISTENS,
                                          .side = FACT_SIDE_SERVER,
                                          .certainty = CERTAINTY_PROVED};
    struct lab *const lab = *state;
    lab->why = &nobody;
    ask(lab, "target", "127.0.0.1:7");
    find_ceiling(lab, 20, hard, 0);
    expect_found(lab, 0, 20);
    expect_sentences(lab, "thread: with 20 clients not all complete, and fewer were not tried: nobody listens",
                     "thread: dengan 20 klien tidak semuanya selesai, dan jumlah yang lebih kecil tidak dicoba: tidak "
                     "ada yang mendengarkan");
    lab->findings.count = 0;
    lab->why = &unstarted;
    add_run(lab, &(struct run_spec){.mode = MODE_THREAD, .count = 20}, 0);
    strategy_of(lab->plan.kind)->found(&lab->findings, &lab->result);
    expect_sentences(lab,
                     "thread: with 20 clients the load generator itself cannot start, and fewer were not tried: "
                     "RLIMIT_NPROC 1 on the client side",
                     "thread: dengan 20 klien pembangkit beban sendiri tidak dapat mulai, dan jumlah yang lebih kecil "
                     "tidak dicoba: RLIMIT_NPROC 1 di sisi klien");
}

CASE(a_search_in_which_not_even_one_client_completed_says_so)
{
    struct lab *const lab = *state;
    lab->why = &unexplained;
    find_ceiling(lab, 20, hard, 0);
    expect_sentences(lab, "thread: not even one client completed; what stopped them is not known",
                     "thread: tidak satu klien pun selesai; apa yang menghentikannya tidak diketahui");
}

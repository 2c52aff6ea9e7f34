#include "loadgen/engine/process_table.h"
#include "tests/unit/test.h"

TEST(a_process_is_found_by_its_pid_until_it_is_released)
{
    struct process_table *table = NULL;
    struct err err;
    OK(process_table_create(3, &table, &err));
    struct process_slot *slots[3];
    for (uint64_t i = 0; i < 3; i++) {
        slots[i] = process_table_take(table, i);
        assert_non_null(slots[i]);
        process_table_bind(table, slots[i], (pid_t)(1000 + i));
    }
    assert_null(process_table_take(table, 3));
    assert_int_equal(process_table_live(table), 3);
    assert_ptr_equal(process_table_find(table, 1001), slots[1]);
    slots[1]->record.phase = PHASE_SEND;
    process_table_release(table, slots[1]);
    assert_null(process_table_find(table, 1001));
    struct process_slot *const again = process_table_take(table, 9);
    assert_ptr_equal(again, slots[1]);
    assert_int_equal(again->record.phase, 0);
    assert_int_equal(again->client, 9);
    process_table_release(table, again); /* never bound: its fork failed */
    assert_int_equal(process_table_live(table), 2);
    process_table_destroy(table);
}

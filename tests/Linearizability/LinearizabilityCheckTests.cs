namespace Makerspace.Tests.Linearizability;

/// <summary>The checker itself, on histories written by hand.</summary>
public class LinearizabilityCheckTests
{
    private static readonly Guid A = Guid.NewGuid();
    private static readonly Guid B = Guid.NewGuid();
    private static readonly Guid C = Guid.NewGuid();

    [Fact]
    public void One_after_the_other_is_explained() => ShouldBeExplained(
        Call(0, 1, A, Doing.Book, 10, 12, Heard.Accepted),
        Call(2, 3, B, Doing.Book, 11, 13, Heard.Taken),
        Call(4, 5, A, Doing.Move, 12, 14, Heard.Accepted),
        Call(6, 7, B, Doing.Book, 10, 12, Heard.Accepted),
        Call(8, 9, A, Doing.Cancel, 0, 0, Heard.Accepted),
        Call(10, 11, B, Doing.Extend, 10, 14, Heard.Accepted));

    [Fact]
    public void Hours_are_half_open() => ShouldBeExplained(
        Call(0, 1, A, Doing.Book, 10, 11, Heard.Accepted),
        Call(2, 3, B, Doing.Book, 11, 12, Heard.Accepted));

    [Fact]
    public void Of_two_at_once_either_may_win() => ShouldBeExplained(
        Call(0, 9, A, Doing.Book, 10, 12, Heard.Taken),
        Call(1, 8, B, Doing.Book, 11, 13, Heard.Accepted));

    [Fact]
    public void Two_who_have_the_same_hour_are_not_explained() => ShouldBeWrong(
        Call(0, 9, A, Doing.Book, 10, 12, Heard.Accepted),
        Call(1, 8, B, Doing.Book, 11, 13, Heard.Accepted));

    [Fact]
    public void A_move_into_a_taken_slot_is_not_explained() => ShouldBeWrong(
        Call(0, 1, A, Doing.Book, 10, 11, Heard.Accepted),
        Call(2, 3, B, Doing.Book, 11, 12, Heard.Accepted),
        Call(4, 5, B, Doing.Move, 10, 11, Heard.Accepted));

    [Fact]
    public void A_refusal_where_the_slot_was_free_is_not_explained() => ShouldBeWrong(
        Call(0, 1, A, Doing.Book, 10, 11, Heard.Accepted),
        Call(2, 3, A, Doing.Cancel, 0, 0, Heard.Accepted),
        Call(4, 5, B, Doing.Book, 10, 11, Heard.Taken));

    [Fact]
    public void A_refusal_while_the_slot_was_being_freed_is_explained() => ShouldBeExplained(
        Call(0, 1, A, Doing.Book, 10, 11, Heard.Accepted),
        Call(2, 7, A, Doing.Cancel, 0, 0, Heard.Accepted),
        Call(4, 5, B, Doing.Book, 10, 11, Heard.Taken));

    [Fact]
    public void The_order_of_answers_binds_those_that_come_after() => ShouldBeWrong(
        Call(0, 9, A, Doing.Book, 10, 11, Heard.Accepted),
        Call(1, 2, A, Doing.Read, 10, 11, Heard.Accepted),
        Call(3, 4, B, Doing.Book, 10, 11, Heard.Accepted),
        Call(5, 8, B, Doing.Move, 12, 13, Heard.Accepted));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_was_not_answered_may_have_been_done_or_not(bool done) => ShouldBeExplained(
        Call(0, 5, A, Doing.Book, 10, 11, Heard.Nothing),
        Call(2, 3, B, Doing.Book, 10, 11, done ? Heard.Taken : Heard.Accepted));

    [Fact]
    public void What_was_not_answered_is_done_in_time_or_never() => ShouldBeWrong(
        Call(0, 5, A, Doing.Book, 10, 11, Heard.Nothing),
        Call(6, 7, B, Doing.Book, 10, 11, Heard.Accepted),
        Call(8, 9, B, Doing.Cancel, 0, 0, Heard.Accepted),
        Call(10, 11, A, Doing.Read, 10, 11, Heard.Accepted));

    [Fact]
    public void What_was_found_must_have_been_there() => ShouldBeWrong(
        Call(0, 1, A, Doing.Book, 10, 11, Heard.Accepted),
        new Call(1, A, Doing.Read, null, Heard.Accepted, 2, 3));

    [Fact]
    public void A_booking_moved_away_leaves_nothing_behind() => ShouldBeWrong(
        Call(0, 1, A, Doing.Book, 10, 11, Heard.Accepted),
        Call(2, 3, A, Doing.Move, 12, 13, Heard.Accepted),
        Call(4, 5, B, Doing.Book, 10, 11, Heard.Taken));

    [Fact]
    public void The_fault_is_told_without_what_has_nothing_to_do_with_it()
    {
        var fault = LinearizabilityCheck.Fault(
        [
            Call(0, 1, C, Doing.Book, 20, 21, Heard.Accepted),
            Call(2, 3, C, Doing.Move, 22, 23, Heard.Accepted),
            Call(4, 9, A, Doing.Book, 10, 12, Heard.Accepted),
            Call(5, 8, B, Doing.Book, 11, 13, Heard.Accepted),
            Call(10, 11, C, Doing.Book, 10, 13, Heard.Taken),
            Call(12, 13, A, Doing.Cancel, 0, 0, Heard.Accepted),
        ]);
        var lines = fault.ShouldNotBeNull().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(3, fault);
        lines[1].ShouldEndWith("client 1: book   booking 1 10–12   accepted");
        lines[2].ShouldEndWith("client 1: book   booking 2 11–13   accepted");
    }

    [Fact]
    public void A_long_history_with_eight_clients_is_checked_at_once()
    {
        var calls = new List<Call>();
        for (var round = 0; round < 40; round++)
        {
            var ids = Enumerable.Range(0, 8).Select(_ => Guid.NewGuid()).ToArray();
            for (var client = 0; client < 8; client++)
                calls.Add(Call((round * 100) + client, (round * 100) + 50, ids[client], Doing.Book, 10, 11, client == 7 ? Heard.Accepted : Heard.Taken));
            calls.Add(Call((round * 100) + 60, (round * 100) + 61, ids[7], Doing.Cancel, 0, 0, Heard.Accepted));
        }
        LinearizabilityCheck.IsLinearizable(calls).ShouldBeTrue();
    }

    private static Call Call(long asked, long answered, Guid booking, Doing doing, int from, int to, Heard heard) =>
        new(1, booking, doing, doing == Doing.Cancel ? null : new Hours(from, to), heard, asked, answered);

    private static void ShouldBeExplained(params Call[] history) => LinearizabilityCheck.Fault(history).ShouldBeNull();

    private static void ShouldBeWrong(params Call[] history) => LinearizabilityCheck.Fault(history).ShouldNotBeNull();
}

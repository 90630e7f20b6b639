using Makerspace.Time;
using Makerspace.Trainings;
using NodaTime;

namespace Makerspace.Tests.Trainings;

/// <summary>The logbook: what it takes, and what counts.</summary>
public class LogbookTests
{
    private static readonly Instant Now = Instant.FromUtc(2026, 12, 1, 18, 0);
    private static readonly PassportView Empty = new() { MemberId = "ada" };

    [Theory]
    [InlineData("ada", "grace", 9, 11, null)]
    [InlineData("grace", "grace", 9, 11, null)]
    [InlineData("ben", "grace", 9, 11, "stranger")]
    [InlineData("ada", "ada", 9, 11, "own")]
    [InlineData("ada", "grace", 11, 9, "length")]
    [InlineData("ada", "grace", 9, 9, "length")]
    [InlineData("ada", "grace", 2, 15, "length")]
    [InlineData("ada", "grace", 17, 19, "future")]
    [InlineData("ada", "grace", 16, 18, null)]
    [InlineData("ada", "grace", -9000, -8999, "past")]
    public void What_may_be_written_down(string actor, string trainer, int from, int to, string? why) =>
        Logbook.Refusal(Empty, Wish(from, to, trainer), actor, Now)?.Why.ShouldBe(why);

    [Fact]
    public void An_hour_counts_once_whoever_looked_on_and_a_declined_one_is_free_again()
    {
        var wish = Wish(9, 11, "grace");
        var written = Logbook.With(Empty, Logbook.Entered(Empty, wish, "ada", Now));
        Logbook.Refusal(written, Wish(10, 12, "sam"), "ada", Now)!.Why.ShouldBe("overlaps");
        Logbook.Refusal(written, Wish(11, 12, "sam"), "ada", Now).ShouldBeNull();
        var declined = Logbook.With(written, written.Log[0] with { DeclinedBy = "grace" });
        Logbook.Refusal(declined, Wish(10, 12, "sam"), "ada", Now).ShouldBeNull();
        declined.HoursOf("laser").ShouldBe(Duration.Zero);
    }

    [Theory]
    [InlineData("ada", LogState.WaitsForTrainer)]
    [InlineData("grace", LogState.WaitsForTrainee)]
    public void It_counts_once_both_have_confirmed_it_and_not_twice(string first, LogState waits)
    {
        var second = first == "ada" ? "grace" : "ada";
        var entry = Logbook.Entered(Empty, Wish(9, 11, "grace"), first, Now);
        entry.State.ShouldBe(waits);
        Logbook.Confirmed(entry, first, Now + Duration.FromHours(1)).ShouldBe(entry);
        var book = Logbook.With(Empty, entry);
        book.HoursOf("laser").ShouldBe(Duration.Zero);
        var both = Logbook.Confirmed(entry, second, Now);
        book = Logbook.With(book, both);
        book.HoursOf("laser").ShouldBe(Duration.FromHours(2));
        Logbook.With(book, both).HoursOf("laser").ShouldBe(Duration.FromHours(2));
    }

    [Fact]
    public void The_log_stays_small_and_the_sum_keeps_what_left_it()
    {
        var book = Empty;
        for (var day = 1; day <= 250; day++)
        {
            var entry = Logbook.Entered(book, Wish(9 - (24 * day), 10 - (24 * day), "grace"), "ada", Now);
            book = Logbook.With(Logbook.With(book, entry), Logbook.Confirmed(entry, "grace", Now));
        }
        book.Log.Length.ShouldBe(200);
        book.HoursOf("laser").ShouldBe(Duration.FromHours(250));
    }

    [Fact]
    public void So_many_may_wait_and_no_more()
    {
        var book = Empty;
        for (var day = 1; day <= 50; day++) book = Logbook.With(book, Logbook.Entered(book, Wish(9 - (24 * day), 10 - (24 * day), "grace"), "ada", Now));
        Logbook.Refusal(book, Wish(9, 10, "grace"), "ada", Now)!.Why.ShouldBe("waiting");
    }

    private static LogWish Wish(int from, int to, string trainer)
    {
        var day = Instant.FromUtc(2026, 12, 1, 0, 0);
        return new LogWish(Guid.NewGuid(), "laser", trainer, new Slot(day + Duration.FromHours(from), day + Duration.FromHours(to)), null, null);
    }
}

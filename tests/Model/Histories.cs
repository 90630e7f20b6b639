using FsCheck;
using FsCheck.Fluent;
using NodaTime;

namespace Makerspace.Tests.Model;

/// <summary>Random histories: first staff set a few things, then people use the space for some days, while staff go on changing it.</summary>
internal sealed class Histories
{
    private static readonly string[] Zones = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"];

    private readonly Dice dice;
    private readonly Sayings sayings;
    private readonly int[] hotDays;
    private readonly List<Op> ops = [];

    // What came of it so far, by the model: so that people do what may be of consequence.
    private readonly ReferenceModel model;
    private int booked;

    private Histories(int seed, int? year)
    {
        dice = new Dice(seed);
        sayings = new Sayings(dice);
        var zone = dice.Of(Zones);
        model = new ReferenceModel(Place.Plain(zone, Monday(zone, year ?? (2027 + dice.Below(3)), dice.OneIn(2))));
        var first = dice.Below(7);
        hotDays = [first, Math.Max(first + dice.Below(3), first + dice.Below(5)), first + 1 + dice.Below(9)];
        Add(new Pass((first * 1440) + (dice.Below(15) * 60)));
    }

    /// <summary>For FsCheck: a history is made from a number, and gets smaller by itself.</summary>
    public static Arbitrary<History> Any => Arb.From(Gen.Choose(1, int.MaxValue - 1).Select(seed => Of(seed)), Shrinking.Of);

    /// <summary>The history of that number; its clocks change in that year, or in one of the next.</summary>
    public static History Of(int seed, int? year = null) => new Histories(seed, year).Make();

    /// <summary>The Monday of a week in which the clocks change.</summary>
    public static Instant Monday(string zoneName, int year, bool spring)
    {
        var zone = DateTimeZoneProviders.Tzdb[zoneName];
        var from = new LocalDate(year, spring ? 1 : 7, 1).AtStartOfDayInZone(zone).ToInstant();
        var change = zone.GetZoneInterval(from).End.InZone(zone).Date;
        return change.With(DateAdjusters.PreviousOrSame(IsoDayOfWeek.Monday)).AtStartOfDayInZone(zone).ToInstant();
    }

    private int Now => model.Now;

    private History Make()
    {
        var place = model.Place;
        for (var i = 2 + dice.Below(7); i > 0; i--) Add(sayings.Any(Now));
        for (var most = ops.Count + 10 + dice.Below(20); ops.Count < most;) Next();
        return new History(place, ops);
    }

    private void Add(Op op)
    {
        ops.Add(op);
        model.Do(op);
    }

    private void Next()
    {
        switch (dice.Below(24))
        {
            case < 9: Add(Book()); break;
            case < 12: Add(new Move(Some(), Slot(), dice.OneIn(8))); break;
            case 12: Add(new Cancel(Some(), dice.OneIn(4))); break;
            case 13 or 14: Come(); break;
            case 15: GiveUp(); break;
            case 16: Add(new HandOver(Some(), Who(), dice.OneIn(8))); break;
            case 17: Add(dice.Of<Op>(new Approve(Some()), new Approve(Some()), new Decline(Some()), new Displace(Some()))); break;
            case 18 or 19: Add(new Pass(Minutes())); break;
            case 20: Add(new RunJobs()); break;
            case 21: Late(); break;
            case 22 when dice.OneIn(3): Together(); break;
            default: Add(sayings.Any(Now)); break;
        }
    }

    private Book Book()
    {
        var tools = dice.OneIn(5) ? sayings.Bundle() : [sayings.Tool()];
        return new Book(++booked, Who(), tools, Slot(), dice.OneIn(10), dice.OneIn(12) ? dice.Below(2) : null);
    }

    // Somebody comes to a booking, early or late, perhaps stays longer, perhaps leaves.
    private void Come()
    {
        if (Someones() is not { } booking) return;
        Until(booking.Slot.Start + dice.Of(-30, -15, -5, 0, 0, 10, 30));
        if (dice.OneIn(4)) Add(sayings.Any(Now));
        Add(new CheckIn(booking.N, dice.OneIn(4) ? Who() : null, dice.OneIn(8)));
        if (dice.OneIn(3)) Add(Book());
        if (dice.OneIn(2)) Add(new Pass(5 * dice.Below(12)));
        if (dice.OneIn(2)) Add(new Extend(booking.N, booking.Slot.End + (30 * (dice.Below(8) - 1)), dice.OneIn(8)));
        if (dice.OneIn(2)) Add(new CheckOut(booking.N));
    }

    // A booking is given up late, and perhaps somebody takes its slot.
    private void GiveUp()
    {
        if (Someones() is not { } booking) return;
        Until(booking.Slot.Start - dice.Of(30, 60, 120, 240));
        Add(dice.OneIn(5) ? new Move(booking.N, Slot()) : new Cancel(booking.N, dice.OneIn(5)));
        if (!dice.OneIn(3)) Add(new Book(++booked, Who(), booking.Tools, booking.Slot));
    }

    // Nobody comes; the job that finds it runs late.
    private void Late()
    {
        if (Someones() is not { } booking) return;
        Until(booking.Slot.Start + dice.Of(15, 30, 60, 90, 200, 2000));
        Add(dice.OneIn(3) ? new Cancel(booking.N) : new RunJobs());
    }

    // Two of a company at the same place, where it matters who is there: the one is no no-show while the other works, nor alone with a hazardous tool.
    private void Together()
    {
        var slot = Slot();
        var tool = dice.Of("bench", "saw", "lathe");
        Add(sayings.Shared(tool));
        Add(new Book(++booked, "ada", [tool], slot));
        Add(new Book(++booked, "ben", dice.OneIn(2) ? [tool] : sayings.Bundle(), slot));
        if (dice.OneIn(2)) Add(new HandOver(booked - 1, "ben"));
        if (dice.OneIn(2)) Add(new Book(++booked, dice.Of("cyd", "dan"), [dice.Of("bench", "lathe")], slot));
        if (dice.OneIn(2)) return;
        Until(slot.Start);
        Add(new CheckIn(booked));
        Until(slot.Start + dice.Of(15, 30, 60, 150));
        Add(new RunJobs());
    }

    private Booked? Someones()
    {
        var coming = model.Bookings.Where(b => b.Lives && b.Slot.Start > Now).OrderBy(b => b.Slot.Start).Take(3).ToList();
        return coming.Count == 0 ? null : coming[dice.Below(coming.Count)];
    }

    private void Until(int minute)
    {
        if (minute > Now) Add(new Pass(minute - Now));
    }

    private string Who() => dice.Of("ada", "ada", "ben", "cyd", "dan");

    private int Some()
    {
        var live = model.Bookings.Where(b => b.Lives).ToList();
        return live.Count == 0 || dice.OneIn(6) ? 1 + dice.Below(Math.Max(1, booked)) : live[dice.Below(live.Count)].N;
    }

    private int Minutes() => dice.Below(6) switch
    {
        0 => 5 * (1 + dice.Below(5)),
        1 => 15 * (1 + dice.Below(6)),
        2 or 3 => 60 * (1 + dice.Below(5)),
        4 => 60 * dice.Below(24),
        _ => 1440 * (1 + dice.Below(3)),
    };

    private Span Slot()
    {
        var near = model.Bookings.Count == 0 ? new Span(Now, Now) : model.Bookings[dice.Below(model.Bookings.Count)].Slot;
        var start = dice.Below(9) switch
        {
            0 => Now + (30 * dice.Below(4)) - (Now % 30),
            1 or 2 => Now + (30 * dice.Below(20)) - (Now % 30),
            3 => (dice.Of(hotDays) * 1440) + (22 * 60) + (30 * dice.Below(8)),
            4 => (6 * 1440) + (30 * dice.Below(14)),
            5 => near.End + dice.Of(0, 15, 30, 60),
            6 => near.Start + dice.Of(0, -30, -60, -75, 30),
            _ => (dice.Of(hotDays) * 1440) + (8 * 60) + (30 * dice.Below(14)),
        };
        // What was over a day ago the product forgets: nobody asks for it.
        while (start < Now - 720) start += 1440;
        if (dice.OneIn(25)) start += dice.Of(5, 15, -10);
        var length = dice.Below(10) switch { 0 => 30, < 5 => 60, 5 or 6 => 120, 7 => 180, 8 => 240, _ => dice.Of(90, 300, 480, 600, 1560, -30, 65) };
        return new Span(start, start + length);
    }
}

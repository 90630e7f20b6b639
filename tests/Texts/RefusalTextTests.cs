using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using Makerspace.Reservations;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;
using Makerspace.Web.Reservations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Time.Testing;
using NodaTime;

namespace Makerspace.Tests.Texts;

/// <summary>Whatever is refused, a person reads why in their language, and a program has the facts.</summary>
public class RefusalTextTests
{
    private static readonly Slot Slot = new(Instant.FromUtc(2026, 12, 1, 10, 0), Instant.FromUtc(2026, 12, 1, 12, 0));
    private static readonly SpaceFacts Space = new() { TimeZone = "Europe/Berlin" };

    public static TheoryData<Type> Types => [.. typeof(Refusal).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(Refusal)))];

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_refusal_is_said_in_both_languages(Type type)
    {
        foreach (var refusal in Samples(type))
        {
            var (english, german) = (Said(refusal, "en"), Said(refusal, "de"));
            english.ShouldNotBe(german);
            foreach (var text in new[] { english, german })
            {
                text.ShouldNotContain("refusal.");
                text.ShouldNotContain("{");
                text.ShouldEndWith(".");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_fact_of_a_refusal_is_in_the_API_and_which_setting_refuses(Type type)
    {
        var facts = type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Count(p => p.CanWrite);
        foreach (var refusal in Samples(type))
        {
            RefusalData.Of(refusal, Space).Count.ShouldBe(facts);
            RefusalData.Of(refusal with { Setting = new SettingSource("grid", SettingLevel.Tool, "laser") }, Space).ShouldContainKey("setting");
        }
    }

    [Fact]
    public void A_limit_says_what_it_counts_and_what_it_would_come_to()
    {
        var limit = new DailyLimit(new LocalDate(2026, 12, 1), 2, 2);
        Said(limit, "en").ShouldBe("That would be booking 3 on Tue 1 Dec on this tool; the limit is 2 a day.");
        Said(limit with { Setting = new SettingSource("maxBookingsPerDay", SettingLevel.Plan, "p", LimitScope.All) }, "de")
            .ShouldContain("auf allen Maschinen zusammen");
    }

    // Of each type one with everything that may be there, and one with nothing that need not.
    private static IEnumerable<Refusal> Samples(Type type) => new[] { true, false }.Select(full => Sample(type, full));

    private static Refusal Sample(Type type, bool full)
    {
        var nullability = new NullabilityInfoContext();
        var constructor = type.GetConstructors().MaxBy(c => c.GetParameters().Length)!;
        var refusal = (Refusal)constructor.Invoke([.. constructor.GetParameters().Select(p => Value(p.ParameterType, full, nullability.Create(p).WriteState == NullabilityState.Nullable))]);
        if (!full) return refusal;
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Where(p => p.CanWrite && p.Name != nameof(Refusal.Setting)))
            property.SetValue(refusal, Value(property.PropertyType, full: true, mayBeNull: false));
        return refusal;
    }

    private static object? Value(Type type, bool full, bool mayBeNull)
    {
        if (!full && mayBeNull) return null;
        return (Nullable.GetUnderlyingType(type) ?? type) switch
        {
            var t when t == typeof(string) => "Wood.",
            var t when t == typeof(int) => 3,
            var t when t == typeof(bool) => full,
            var t when t == typeof(Guid) => new Guid(1, 2, 3, [4, 5, 6, 7, 8, 9, 10, 11]),
            var t when t == typeof(Instant) => Slot.Start,
            var t when t == typeof(Duration) => Duration.FromMinutes(90),
            var t when t == typeof(LocalDate) => new LocalDate(2026, 12, 1),
            var t when t == typeof(Slot) => Slot,
            var t when t == typeof(ImmutableArray<Slot>) => ImmutableArray.Create(Slot),
            var t when t == typeof(ImmutableArray<string>) => ImmutableArray.Create("quiz"),
            var t when t == typeof(Money) => new Money(1250, "eur"),
            var t when t == typeof(BookingState) => full ? BookingState.Confirmed : BookingState.Cancelled,
            var t when t == typeof(TrainingOffer) => new TrainingOffer(Guid.Empty, "Laser, first steps", Slot, 4),
            var t => throw new InvalidOperationException($"Give {t} a sample."),
        };
    }

    private static string Said(Refusal refusal, string language)
    {
        var before = CultureInfo.CurrentUICulture;
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
        try
        {
            using var services = new ServiceCollection().AddLogging().AddLocalization().BuildServiceProvider();
            var time = new FakeTimeProvider(Slot.Start.ToDateTimeOffset());
            return new RefusalText(services.GetRequiredService<IStringLocalizer<Makerspace.Web.Texts>>(), time).Of(refusal, Space);
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }
}

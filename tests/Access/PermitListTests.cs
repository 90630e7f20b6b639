using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Makerspace.Access;
using Makerspace.Web.Access;
using NodaTime;

namespace Makerspace.Tests.Access;

/// <summary>Which permit lists a device believes, and what a report says of the one it used.</summary>
public class PermitListTests
{
    private static readonly Instant Now = Instant.FromUtc(2026, 11, 23, 9, 0);
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);
    private static readonly byte[] Stranger = RandomNumberGenerator.GetBytes(32);
    private static readonly TrustedKey Trusted = new("key-1", Base64Url.EncodeToString(PermitSignature.PublicOf(Key)));

    private static PermitList List(string device = "laser", long sequence = 5) => new()
    {
        DeviceId = device, Sequence = sequence, IssuedAt = Now, ExpiresAt = Now + Duration.FromHours(4), Salt = Convert.ToBase64String(new byte[16]), ToolId = "laser-1",
    };

    private static readonly Dictionary<string, (Func<SignedPermits> Made, string? Expected)> Lists = new(StringComparer.Ordinal)
    {
        ["the newest"] = (() => PermitSignature.Sign(List(), "key-1", Key), null),
        ["the same again"] = (() => PermitSignature.Sign(List(sequence: 4), "key-1", Key), null),
        ["an older one, played again"] = (() => PermitSignature.Sign(List(sequence: 3), "key-1", Key), "permits-replayed"),
        ["another device's"] = (() => PermitSignature.Sign(List("saw"), "key-1", Key), "permits-of-another-device"),
        ["signed by somebody else's key"] = (() => PermitSignature.Sign(List(), "key-1", Stranger), "permits-forged"),
        ["signed by a key nobody told of"] = (() => PermitSignature.Sign(List(), "key-9", Key), "permits-forged"),
        ["a badge written in afterwards"] = (() => Changed(PermitSignature.Sign(List(), "key-1", Key)), "permits-forged"),
        ["a later end written in afterwards"] = (() => PermitSignature.Sign(List(), "key-1", Key) with { Payload = Encoded(List() with { ExpiresAt = Now + Duration.FromDays(900) }) }, "permits-forged"),
        ["no signature"] = (() => PermitSignature.Sign(List(), "key-1", Key) with { Signature = "" }, "permits-forged"),
        ["half a signature"] = (() => PermitSignature.Sign(List(), "key-1", Key) is var s ? s with { Signature = s.Signature[..40] } : null!, "permits-forged"),
        ["no base64 at all"] = (() => PermitSignature.Sign(List(), "key-1", Key) with { Payload = "%%%" }, "permits-forged"),
        ["a signature over the bare list, made for something else"] = (Bare, "permits-forged"),
        ["signed, but no list"] = (() => NoList(), "permits-forged"),
    };

    public static TheoryData<string> Names => [.. Lists.Keys];

    [Theory, MemberData(nameof(Names))]
    public void A_device_believes_only_its_own_newest_list(string name)
    {
        var (made, expected) = Lists[name];
        var (list, fault) = PermitSignature.Read(made(), [Trusted], "laser", newestKnown: 4);
        fault.ShouldBe(expected);
        (list is null).ShouldBe(expected is not null);
    }

    [Fact]
    public void A_list_names_nobody()
    {
        var holder = new PermitHolder(BadgeHash.Salted(BadgeHash.Of("04A1B2C3")!, List().Salt), 0);
        var signed = PermitSignature.Sign(List() with { Holders = [holder] }, "key-1", Key);
        var text = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(signed.Payload));
        text.ShouldNotContain("04A1B2C3");
        text.ShouldNotContain(BadgeHash.Of("04A1B2C3")!);
        typeof(PermitHolder).GetProperties().Select(p => p.Name).ShouldNotContain("MemberId");
        BadgeHash.Salted(BadgeHash.Of("04A1B2C3")!, Convert.ToBase64String([1, 2, 3])).ShouldNotBe(holder.Badge, "another list, another hash");
    }

    [Theory]
    [InlineData("04:a1:b2:c3", true)]
    [InlineData("04-A1-B2-C3", true)]
    [InlineData(" 04a1b2c3 ", true)]
    [InlineData("04A1B2C4", false)]
    [InlineData("04A", null)]
    [InlineData("04A1;DROP", null)]
    [InlineData(null, null)]
    public void A_badge_is_what_the_reader_reads_however_it_writes_it(string? read, bool? same)
    {
        if (same is null) BadgeHash.Of(read).ShouldBeNull();
        else (BadgeHash.Of(read) == BadgeHash.Of("04A1B2C3")).ShouldBe(same.Value);
    }

    private static readonly Instant Start = Now + Duration.FromHours(1);
    private static readonly UseEnd End = new(Start + Duration.FromMinutes(30), "badge", 100, Duration.FromMinutes(30));

    private static readonly DeviceState Device = new()
    {
        Sequence = 5, Lists = [new IssuedList(4, Now - Duration.FromHours(5), Now - Duration.FromHours(1)), new IssuedList(5, Now, Now + Duration.FromHours(4))],
        Recent = [new DeviceUse { Id = new Guid("7f3a0000-0000-4000-8000-000000000002"), StartedAt = Now - Duration.FromHours(2), EndedAt = Now - Duration.FromHours(1) }],
    };

    private static readonly Dictionary<string, (UseReport Report, string Expected)> Reports = new(StringComparer.Ordinal)
    {
        ["as it should be"] = (Report(5, Start, End), ""),
        ["by an older list although it had a newer one"] = (Report(4, Now + Duration.FromMinutes(2), End), "permits-expired permits-replayed"),
        ["by the older list, while the newer was on its way"] = (Report(4, Now + Duration.FromSeconds(30), End) , "permits-expired"),
        ["by a list that was never issued"] = (Report(9, Start, End), "permits-unknown"),
        ["by no list"] = (Report(0, Start, End), "permits-unknown"),
        ["by a list that had run out"] = (Report(5, Now + Duration.FromHours(4), End with { At = Now + Duration.FromHours(5) }), "over-run permits-expired"),
        ["begun in the future"] = (Report(5, Now + Duration.FromHours(7), null), "clock-wrong permits-expired"),
        ["ended before it began"] = (Report(5, Start, End with { At = Start - Duration.FromMinutes(1) }), "clock-wrong"),
        ["over the time"] = (Report(5, Start, End with { At = Start + Duration.FromHours(2) }), "over-run"),
        ["a minute over"] = (Report(5, Start, End with { At = Start + Duration.FromMinutes(61) }), ""),
        ["power lost"] = (Report(5, Start, End with { By = "power-lost" }), "power-lost"),
        ["ended by the red button"] = (Report(5, Start, End with { By = "emergency" }), "emergency"),
        ["while another use ran"] = (Report(5, Now - Duration.FromMinutes(70), End), "overlap"),
        ["two months late"] = (Report(5, Now - Duration.FromDays(60), End with { At = Now - Duration.FromDays(60) }), "too-old"),
    };

    public static TheoryData<string> ReportNames => [.. Reports.Keys];

    [Theory, MemberData(nameof(ReportNames))]
    public void A_report_is_held_against_what_the_server_knows(string name)
    {
        var (report, expected) = Reports[name];
        var judged = new SwitchAnswer { Until = Start + Duration.FromHours(1) };
        string.Join(" ", Reconciling.Flags(report, judged, Device, Now + Duration.FromHours(6)).Order(StringComparer.Ordinal)).ShouldBe(expected);
    }

    private static UseReport Report(long sequence, Instant start, UseEnd? end) => new(new Guid("7f3a0000-0000-4000-8000-000000000001"), "hash", sequence, start, end);

    private static SignedPermits Changed(SignedPermits signed)
    {
        var bytes = Base64Url.DecodeFromChars(signed.Payload);
        bytes[^5] ^= 1;
        return signed with { Payload = Base64Url.EncodeToString(bytes) };
    }

    private static SignedPermits Bare()
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(List(), StoredJson.Options);
        var signature = new byte[64];
        Org.BouncyCastle.Math.EC.Rfc8032.Ed25519.Sign(Key, 0, payload, 0, payload.Length, signature, 0);
        return new SignedPermits("key-1", Base64Url.EncodeToString(payload), Base64Url.EncodeToString(signature));
    }

    private static SignedPermits NoList()
    {
        var payload = Encoding.UTF8.GetBytes("[1,2");
        byte[] text = [.. Encoding.ASCII.GetBytes("makerspace permits 1\n"), .. payload];
        var signature = new byte[64];
        Org.BouncyCastle.Math.EC.Rfc8032.Ed25519.Sign(Key, 0, text, 0, text.Length, signature, 0);
        return new SignedPermits("key-1", Base64Url.EncodeToString(payload), Base64Url.EncodeToString(signature));
    }

    private static string Encoded(PermitList list) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(list, StoredJson.Options));
}

using System.Text;
using System.Text.Json;
using Makerspace.Members;
using Makerspace.Tests.Infrastructure;
using Makerspace.Tools;

namespace Makerspace.Tests.Reservations;

/// <summary>Reads grain states and read models from the database itself, and holds them against each other.</summary>
internal static class StoredTruth
{
    /// <summary>Every tool's claims fit beside each other, are each a hold of their member and a confirmed booking of the read model; nothing else is held or unsettled.</summary>
    public static async Task ShouldAgree(TestDatabase database)
    {
        await using var open = database.Open();
        await using var connection = await open.Open(TestContext.Current.CancellationToken);
        var tools = await States<ToolState>(connection, "tool");
        var members = await States<MemberState>(connection, "member");
        foreach (var (tool, state) in tools)
        {
            foreach (var (one, next) in state.Claims.Zip(state.Claims.Skip(1)))
                one.Slot.Overlaps(next.Slot).ShouldBeFalse($"{tool}: {one} and {next}");
        }
        var claims = tools.SelectMany(t => t.State.Claims.Select(c => (Member: "member-" + c.MemberId, Tool: Keys.Id(t.Key), c.BookingId, c.Slot))).ToHashSet();
        var holds = members.SelectMany(m => m.State.Holds.Select(h => (Member: m.Key, Tool: h.ToolId, h.BookingId, h.Slot))).ToHashSet();
        members.SelectMany(m => m.State.Holds).ShouldAllBe(h => h.Next == null);
        holds.ShouldBe(claims, ignoreOrder: true);
        (await Bookings(connection, "state = 'Confirmed'")).ShouldBe(claims.Select(c => c.BookingId), ignoreOrder: true);
        (await Bookings(connection, "unsettled_since IS NOT NULL OR state = 'Held'")).ShouldBeEmpty();
    }

    private static async Task<List<(string Key, T State)>> States<T>(System.Data.Common.DbConnection connection, string name)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT GrainIdExtensionString, PayloadBinary FROM OrleansStorage WHERE GrainTypeString = '{name}' AND PayloadBinary IS NOT NULL";
        await using var reader = await command.ExecuteReaderAsync();
        var states = new List<(string, T)>();
        while (await reader.ReadAsync())
        {
            var payload = JsonDocument.Parse(Encoding.UTF8.GetString((byte[])reader[1])).RootElement.GetProperty("s");
            states.Add((reader.GetString(0), payload.Deserialize<T>(StoredJson.Options)!));
        }
        return states;
    }

    private static async Task<List<Guid>> Bookings(System.Data.Common.DbConnection connection, string which)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT id FROM bookings WHERE {which}";
        await using var reader = await command.ExecuteReaderAsync();
        var ids = new List<Guid>();
        while (await reader.ReadAsync()) ids.Add(reader.GetGuid(0));
        return ids;
    }
}

using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Makerspace.Bench;

/// <summary>The space under load: tools and members, and a calendar position that each booking takes once.</summary>
internal sealed class Space(Server server, string[] tools, string[] members)
{
    private static readonly DateTimeOffset Epoch = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly int[] next = new int[tools.Length];
    private int fresh;

    /// <summary>How many past bookings were put in.</summary>
    public int Past { get; set; }
    public string[] Tools => tools;
    public string[] Members => members;

    public static async Task<Space> Make(Server server, Options options)
    {
        var tools = await Many(options.Tools, i => Post(server, "/api/v1/tools", new { id = $"tool-no-{i}", name = $"Tool {i}", category = $"Kind {i % 20}" }));
        var members = await Many(options.Members, i => Post(server, "/api/v1/members", new { name = $"Member {i}" }));
        return new Space(server, tools, members);
    }

    /// <summary>Every client has tools and members of its own: the slots never meet.</summary>
    public Task<Measured> BookDistinct(int clients, int seconds)
    {
        var share = tools.Length / 32;
        return Measured.Of(clients, seconds, (client, turn) => Book((client * share) + (turn % share), (client * 60 + turn) % members.Length));
    }

    /// <summary>All clients book one tool, each a slot of its own; a new tool every 400 bookings, as no calendar holds more than 500.</summary>
    public async Task<Measured> BookOne(int clients, int seconds)
    {
        var (tool, count) = (await NewTool(), 0);
        using var gate = new SemaphoreSlim(1);
        return await Measured.Of(clients, seconds, async (client, turn) =>
        {
            var mine = Interlocked.Increment(ref count);
            if (mine % 400 == 0)
            {
                await gate.WaitAsync();
                tool = await NewTool();
                gate.Release();
            }
            return await Send(tool, mine % 800, (client * 60 + turn) % members.Length);
        });
    }

    public Task<Measured> ReadAvailability(int clients, int seconds) =>
        Measured.Of(clients, seconds, (client, turn) => Get($"/api/v1/tools/{tools[turn % tools.Length]}/availability?from=2030-01-01T00:00:00Z&to=2030-01-15T00:00:00Z"));

    public Task<Measured> ReadWhoIsFree(int clients, int seconds) =>
        Measured.Of(clients, seconds, (client, turn) => Get("/api/v1/availability?from=2030-01-01T00:00:00Z&to=2030-01-15T00:00:00Z&duration=PT1H"));

    public Task<Measured> ReadBookings(int clients, int seconds) =>
        Measured.Of(clients, seconds, (client, turn) => Get($"/api/v1/bookings?memberId={members[turn % members.Length]}&limit=20"));

    private Task<bool> Book(int tool, int member) => Send(tools[tool], Interlocked.Increment(ref next[tool]), member);

    private async Task<bool> Send(string tool, int position, int member)
    {
        var start = Epoch.AddHours(position);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/bookings")
        {
            Content = JsonContent.Create(new { toolId = tool, memberId = members[member], start, end = start.AddHours(1) }),
        };
        request.Headers.Add("Idempotency-Key", Guid.CreateVersion7().ToString());
        using var answer = await server.Http.SendAsync(request);
        await answer.Content.ReadAsByteArrayAsync();
        return answer.StatusCode == HttpStatusCode.Created;
    }

    private async Task<bool> Get(string address)
    {
        using var answer = await server.Http.GetAsync(new Uri(address, UriKind.Relative));
        await answer.Content.ReadAsByteArrayAsync();
        return answer.IsSuccessStatusCode;
    }

    private Task<string> NewTool()
    {
        var number = Interlocked.Increment(ref fresh);
        return Post(server, "/api/v1/tools", new { id = $"busy-tool-{number}", name = $"Busy {number}" });
    }

    private static async Task<string> Post(Server server, string address, object body)
    {
        using var answer = await server.Http.PostAsJsonAsync(new Uri(address, UriKind.Relative), body);
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{address}: {await answer.Content.ReadAsStringAsync()}");
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    private static async Task<string[]> Many(int count, Func<int, Task<string>> make)
    {
        var made = new string[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) => made[i] = await make(i));
        return made;
    }
}

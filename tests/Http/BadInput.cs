using System.Text;
using Makerspace.Tests.Infrastructure;

namespace Makerspace.Tests.Http;

/// <summary>One server for all that is asked of it wrongly: nothing of it changes anything.</summary>
[CollectionDefinition(Collection)]
public sealed class BadInput : ICollectionFixture<Lab>
{
    public const string Collection = "Bad input";

    /// <summary>What staff send is refused with this status and this code.</summary>
    public static async Task Refused(Lab lab, string what, string body, int status, string code)
    {
        using var request = Request(what, body);
        using var answer = await lab.Staff.SendAsync(request);
        ((int)answer.StatusCode).ShouldBe(status, await answer.Content.ReadAsStringAsync());
        (await answer.Code()).ShouldBe(code);
    }

    public static HttpRequestMessage Request(string what, string body)
    {
        var (method, path) = (what.Split(' ')[0], what.Split(' ')[1]);
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method is not "GET" and not "DELETE") request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        return request;
    }

    public static string Long(int length) => '"' + new string('x', length) + '"';

    public static string Many(string item, int times) => $"[{string.Join(", ", Enumerable.Repeat(item, times))}]";
}

using System.Text.Json.Nodes;
using Makerspace.Notices;
using Makerspace.Web.Notices;

namespace Makerspace.Tests.Notices;

/// <summary>What chats are sent: in it stand names that others chose.</summary>
public class ChatTests
{
    private const string Words = "Reminder: <!channel> & @everyone";

    [Fact]
    public void Nobody_calls_a_channel_by_what_they_are_called()
    {
        ((string)Read(ChatStyle.Slack)["text"]!).ShouldBe("Reminder: &lt;!channel&gt; &amp; @everyone");
        var discord = Read(ChatStyle.Discord);
        ((string)discord["content"]!).ShouldBe(Words);
        discord["allowed_mentions"]!["parse"]!.AsArray().ShouldBeEmpty();
        ((string)Read(ChatStyle.Matrix)["body"]!).ShouldBe(Words);
    }

    [Fact]
    public void Discord_takes_two_thousand_characters() =>
        ((string)JsonNode.Parse(Chats.Body(ChatStyle.Discord, new string('x', 2_001)))!["content"]!).Length.ShouldBe(2_000);

    private static JsonNode Read(ChatStyle style) => JsonNode.Parse(Chats.Body(style, Words))!;
}

using System.Text.Json;
using Makerspace.PaymentSimulator;
using Makerspace.PaymentSimulator.Pages;
using Makerspace.PaymentSimulator.Payments;

namespace Makerspace.Tests.PaymentSimulator;

/// <summary>What docs/payment-simulator.md says is so.</summary>
public sealed class DocumentTests
{
    private static readonly string Page = Docs.Read("docs/payment-simulator.md");

    [Fact]
    public void It_names_the_version_of_the_API() => Page.ShouldContain(PaymentSimulatorServer.ApiVersion);

    [Fact]
    public void It_lists_the_cards_that_the_pages_offer_and_their_tokens()
    {
        foreach (var card in TestCards.Picks)
        {
            Page.ShouldContain(Forms.Spaced(card.Number));
            Page.ShouldContain("pm_card_" + card.Tokens[0]);
        }
    }

    [Fact]
    public void It_names_every_way_to_go_wrong()
    {
        foreach (var fault in Enum.GetNames<CallFault>().Concat(Enum.GetNames<WebhookFault>())) Page.ShouldContain($"`{JsonNamingPolicy.KebabCaseLower.ConvertName(fault)}`");
    }
}

using Stripe;

namespace Makerspace.Tests.Engine;

/// <summary>When an event of the payment provider is believed: the same with Stripe.net and with its stand-in.</summary>
public sealed class PaymentSignedTests
{
    private const string Secret = "whsec_test_secret";
    private const string Body = """{"id":"evt_1","type":"invoice.paid","data":{"object":{"id":"in_1","name":"Zoë"}}}""";
    private const long SignedAt = 1_795_737_600;
    private const string NotFound = "The expected signature was not found";

    private static string Header(string secret = Secret) => EventUtility.GenerateSignatureHeader(Body, secret, SignedAt);

    private static void Validate(string? header = null, string body = Body, long now = SignedAt, string secret = Secret) =>
        EventUtility.ValidateSignature(body, header ?? Header(), secret, 300, now);

    private static string Refusal(Action validate) => Should.Throw<StripeException>(validate).Message;

    [Fact]
    public void A_signature_is_the_HMAC_of_time_and_body()
    {
        // printf '1795737600.{"a":1}' | openssl dgst -sha256 -hmac whsec_test_secret
        const string Known = "t=1795737600,v1=0ec7b3d36ca97c8fad67bf8a5aa785accee5dc310ac52264c0c9aca9e2be3860";
        EventUtility.GenerateSignatureHeader("""{"a":1}""", Secret, SignedAt).ShouldBe(Known);
        Validate(Known, """{"a":1}""");
    }

    [Fact]
    public void Whoever_knows_the_secret_is_believed() => Validate();

    [Fact]
    public void What_is_signed_without_a_time_is_signed_now() =>
        EventUtility.ValidateSignature(Body, EventUtility.GenerateSignatureHeader(Body, Secret), Secret, 300, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());

    [Fact]
    public void Whoever_does_not_is_not() => Refusal(() => Validate(secret: "whsec_other")).ShouldStartWith(NotFound);

    [Fact]
    public void A_body_that_was_changed_is_not_believed() => Refusal(() => Validate(body: Body.Replace("in_1", "in_2", StringComparison.Ordinal))).ShouldStartWith(NotFound);

    [Fact]
    public void A_time_that_was_changed_is_not_believed() => Refusal(() => Validate(Header().Replace("t=1795737600", "t=1795737601", StringComparison.Ordinal))).ShouldStartWith(NotFound);

    [Fact]
    public void While_a_secret_is_changed_one_good_signature_will_do() => Validate($"{Header("whsec_old")},{Header().Split(',')[1]}, v0=ignored");

    [Fact]
    public void A_signature_of_an_older_kind_will_not() => Refusal(() => Validate(Header().Replace("v1=", "v0=", StringComparison.Ordinal))).ShouldStartWith(NotFound);

    [Theory]
    [InlineData(300)]
    [InlineData(-300)]
    public void A_signature_may_be_as_old_as_is_said_or_as_new(long seconds) => Validate(now: SignedAt + seconds);

    [Theory]
    [InlineData(301)]
    [InlineData(-301)]
    public void But_no_older_and_no_newer(long seconds) => Refusal(() => Validate(now: SignedAt + seconds)).ShouldContain("outside of the allowed tolerance");

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("t=1795737600,")]
    public void A_header_that_is_none_is_refused(string header) => Refusal(() => Validate(header)).ShouldBe("The signature header format is unexpected.");

    [Theory]
    [InlineData("t=1795737600")]
    [InlineData("v1=00")]
    [InlineData("t=,v1=")]
    public void A_header_without_a_signature_is_refused(string header) => Refusal(() => Validate(header)).ShouldStartWith(NotFound);

    [Theory]
    [InlineData("soon", typeof(FormatException))]
    [InlineData("99999999999", typeof(OverflowException))]
    public void A_time_that_is_none_is_an_error_of_its_own_although_it_was_signed(string time, Type error) =>
        Should.Throw(() => Validate($"t={time},v1={EventUtility.ComputeSignature(Secret, time, Body)}"), error);

    [Fact]
    public void A_body_that_is_no_text_cannot_be_signed() => Refusal(() => Validate(body: "\ud800")).ShouldContain("cannot be safely calculated");
}

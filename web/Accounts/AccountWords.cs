using Makerspace.Web.Http;
using Microsoft.Extensions.Localization;

namespace Makerspace.Web.Accounts;

/// <summary>What is wrong with an account's details, in the reader's language.</summary>
internal static class AccountWords
{
    public static string Of(Fault fault, IStringLocalizer<Texts> texts) => fault.Code switch
    {
        "malformed-name" => texts["Enter a name of at most 100 characters"],
        "malformed-email" => texts["Enter an e-mail address, like name@example.org"],
        "password-too-short" => texts["Choose a password of at least 10 characters"],
        "password-too-simple" => texts["Choose a password with more different characters"],
        "password-too-long" => texts["Choose a password of at most 200 characters"],
        "link-invalid" => texts["This link has been used or has expired. Ask for a new one."],
        _ => fault.Message,
    };
}

namespace Makerspace.Import.Nemo;

/// <summary>The models of a dump that are not taken, and why. Each is one line of the report, with the number of its records.</summary>
internal static class NemoIgnored
{
    private const string Money = "charges and billing are not imported";
    private const string Look = "how NEMO's own pages look has no counterpart";
    private const string Hardware = "doors and interlocks are set up anew, with tokens of their own";
    private const string Documents = "documents and notices are not imported";
    private const string Log = "a log of NEMO's own";
    private const string Secret = "credentials are never imported";
    private const string Labels = "a list of labels that nothing imported refers to";
    private const string Requests = "requests and messages between people are not imported";
    private const string Training = "training and safety records are not imported; qualifications are";
    private const string Usage = "past use of tools and areas is not imported; past reservations are";

    private static readonly Dictionary<string, string> Reasons = new(StringComparer.Ordinal)
    {
        ["accounttype"] = Labels, ["projecttype"] = Labels, ["projectdiscipline"] = Labels, ["usertype"] = Labels, ["taskcategory"] = Labels,
        ["taskstatus"] = Labels, ["resourcecategory"] = Labels, ["scheduledoutagecategory"] = Labels, ["alertcategory"] = Labels,
        ["consumablecategory"] = Labels, ["staffabsencetype"] = Labels, ["staffavailabilitycategory"] = Labels, ["chemicalhazard"] = Labels,
        ["consumable"] = Money, ["consumablewithdraw"] = Money, ["recurringconsumablecharge"] = Money, ["staffcharge"] = Money,
        ["adjustmentrequest"] = Money, ["usageevent"] = Usage, ["areaaccessrecord"] = Usage, ["toolusagecounter"] = "meters are not imported",
        ["customization"] = Look, ["landingpagechoice"] = Look, ["userpreferences"] = "people choose their notifications anew", ["usercalendartoollist"] = Look,
        ["interlock"] = Hardware, ["interlockcard"] = Hardware, ["interlockcardcategory"] = Hardware, ["door"] = Hardware, ["badgereader"] = Hardware,
        ["physicalaccesslevel"] = Hardware, ["physicalaccesslog"] = Log, ["temporaryphysicalaccess"] = Hardware, ["temporaryphysicalaccessrequest"] = Requests,
        ["news"] = Documents, ["alert"] = Documents, ["tooldocuments"] = Documents, ["userdocuments"] = Documents, ["projectdocuments"] = Documents,
        ["safetyitem"] = Documents, ["safetyitemdocuments"] = Documents, ["safetycategory"] = Documents, ["chemical"] = Documents,
        ["staffknowledgebasecategory"] = Documents, ["staffknowledgebaseitem"] = Documents, ["staffknowledgebaseitemdocuments"] = Documents,
        ["userknowledgebasecategory"] = Documents, ["userknowledgebaseitem"] = Documents, ["userknowledgebaseitemdocuments"] = Documents,
        ["contactinformation"] = Documents, ["contactinformationcategory"] = Documents, ["taskimages"] = Documents, ["comment"] = Documents,
        ["emaillog"] = Log, ["activityhistory"] = Log, ["membershiphistory"] = Log, ["taskhistory"] = Log, ["configurationhistory"] = Log,
        ["unplannedoutage"] = Log, ["toolcredentials"] = Secret,
        ["notification"] = Requests, ["buddyrequest"] = Requests, ["staffassistancerequest"] = Requests, ["requestmessage"] = Requests,
        ["toolwaitlist"] = "waitlists start empty", ["safetyissue"] = Requests,
        ["trainingsession"] = Training, ["safetytraining"] = Training, ["onboardingphase"] = Training,
        ["staffavailability"] = "staffed hours are set with the space", ["staffabsence"] = "staffed hours are set with the space",
        ["configuration"] = "tools have no configurations to choose here", ["configurationoption"] = "tools have no configurations to choose here",
        ["toolusagequestions"] = "questions at check-in are not imported", ["reservationquestions"] = "questions at booking are not imported",
    };

    /// <summary>Why a model's records are not taken.</summary>
    public static string Reason(string model)
    {
        var (app, name) = model.Split('.', 2) is [var a, var n] ? (a, n) : ("", model);
        if (app != "nemo") return "not a model of NEMO itself";
        return Reasons.GetValueOrDefault(name, "Makerspace does not know this model");
    }
}

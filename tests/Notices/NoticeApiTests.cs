using System.Net;
using Makerspace.Accounts;
using Makerspace.ReadModels;
using Makerspace.Tests.Infrastructure;
using Makerspace.Web.Maintenance;
using Makerspace.Web.Notices;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Makerspace.Tests.Notices;

/// <summary>Over HTTP and SMTP: who is told what, how often and when. The clock goes on from test to test, each has weeks of its own.</summary>
[TestCaseOrderer(typeof(InOrder))]
public partial class NoticeApiTests(NoticeLab lab) : IClassFixture<NoticeLab>
{
    [Fact]
    public async Task A01_A_booking_is_recalled_a_day_and_an_hour_before_once_each_also_where_the_jobs_run_again()
    {
        await NoticeLab.Booked(lab.Ada, "laser", "2026-11-26T10:00:00+01:00", "2026-11-26T12:00:00+01:00");
        await lab.At("2026-11-25T09:59:00+01:00");
        lab.Got("ada", "Reminder").ShouldBeEmpty();
        await lab.At("2026-11-25T10:00:30+01:00");
        var first = lab.Got("ada", "Reminder").ShouldHaveSingleItem();
        await lab.Now();
        await lab.At("2026-11-26T09:30:00+01:00");
        await lab.Now();
        var second = lab.Got("ada", "Reminder")[^1];
        lab.Got("ada", "Reminder").Count.ShouldBe(2);
        lab.Mail.Arrived.Count(m => m.Subject.Contains("Reminder", StringComparison.Ordinal)).ShouldBe(2);
        first.Subject.ShouldBe("Reminder: Laser, Thu 26 Nov, 10:00–12:00");
        first.TextBody.ShouldContain("Laser begins tomorrow at 10:00");
        second.TextBody.ShouldContain("Laser begins in 1 h");
        first.HtmlBody.ShouldContain("Thu 26 Nov, 10:00–12:00");
        first.Header("List-Unsubscribe").ShouldStartWith("<https://space.example.org/api/v1/notices/unsubscribe/");
        first.Header("List-Unsubscribe-Post").ShouldBe("List-Unsubscribe=One-Click");
        first.MessageId.ShouldEndWith("@example.org");
    }

    [Fact]
    public async Task A02_What_others_change_is_told_with_what_changed_and_recalled_at_the_new_time_alone()
    {
        var id = await NoticeLab.Booked(lab.Ben, "laser", "2026-12-02T10:00:00+01:00", "2026-12-02T11:00:00+01:00");
        await lab.At("2026-11-30T09:00:00+01:00");
        await NoticeLab.Done(await lab.Staff.Post($"/api/v1/bookings/{id}/move", """{"start": "2026-12-03T15:00:00+01:00", "end": "2026-12-03T16:00:00+01:00"}"""));
        await lab.Now();
        var moved = lab.Got("ben", "Moved").ShouldHaveSingleItem();
        moved.Subject.ShouldBe("Moved: Laser, now Thu 3 Dec, 15:00–16:00");
        moved.TextBody.ShouldContain("Thu 3 Dec, 15:00–16:00 instead of Wed 2 Dec, 10:00–11:00");
        await lab.At("2026-12-02T14:59:00+01:00");
        lab.Got("ben", "Reminder").ShouldBeEmpty();
        await lab.At("2026-12-02T15:01:00+01:00");
        lab.Got("ben", "Reminder").ShouldHaveSingleItem().Subject.ShouldContain("Thu 3 Dec, 15:00");
        await NoticeLab.Done(await lab.Staff.Post($"/api/v1/bookings/{id}/cancel", """{"reason": "The lens is broken."}"""));
        await lab.At("2026-12-03T15:30:00+01:00");
        lab.Got("ben", "Cancelled").ShouldHaveSingleItem().TextBody.ShouldContain("The lens is broken.");
        lab.Got("ben", "Reminder").Count.ShouldBe(1);
    }

    [Fact]
    public async Task A03_Who_cancels_before_anything_was_sent_is_told_nothing_and_after_it_is_told()
    {
        var before = lab.Got("ada", "").Count;
        var early = await NoticeLab.Booked(lab.Ada, "saw", "2026-12-08T10:00:00+01:00", "2026-12-08T11:00:00+01:00");
        var late = await NoticeLab.Booked(lab.Ada, "saw", "2026-12-09T10:00:00+01:00", "2026-12-09T11:00:00+01:00");
        await lab.Now();
        await NoticeLab.Done(await lab.Ada.Post($"/api/v1/bookings/{early}/cancel", ""));
        await lab.At("2026-12-08T12:00:00+01:00");
        lab.Got("ada", "").Count.ShouldBe(before + 1);   // the day before the second
        await NoticeLab.Done(await lab.Ada.Post($"/api/v1/bookings/{late}/cancel", ""));
        await lab.At("2026-12-09T12:00:00+01:00");
        lab.Got("ada", "").Count.ShouldBe(before + 2);
        lab.Got("ada", "Cancelled: Saw, Wed 9 Dec").ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A04_A_reminder_that_is_too_late_is_not_sent_and_one_that_is_still_of_use_is()
    {
        await NoticeLab.Booked(lab.Ben, "saw", "2026-12-12T10:00:00+01:00", "2026-12-12T11:00:00+01:00");
        await NoticeLab.Booked(lab.Ben, "laser", "2026-12-13T09:00:00+01:00", "2026-12-13T10:00:00+01:00");
        await lab.Now();
        lab.Asleep("2026-12-12T12:00:00+01:00");   // 36 hours and more without a job
        await lab.Now();
        lab.Got("ben", "Reminder: Saw").ShouldBeEmpty();
        lab.Got("ben", "Reminder: Laser, Sun 13 Dec").ShouldHaveSingleItem().TextBody.ShouldContain("tomorrow at 09:00");
    }

    [Fact]
    public async Task A05_One_click_takes_off_that_kind_and_looking_at_the_link_changes_nothing()
    {
        await NoticeLab.Booked(lab.Ada, "laser", "2026-12-16T10:00:00+01:00", "2026-12-16T11:00:00+01:00");
        var id = await NoticeLab.Booked(lab.Ada, "laser", "2026-12-17T10:00:00+01:00", "2026-12-17T11:00:00+01:00");
        await lab.At("2026-12-15T11:00:00+01:00");
        var mail = lab.Got("ada", "Reminder: Laser, Wed 16 Dec").ShouldHaveSingleItem();
        var (oneClick, page) = (Path(mail.Header("List-Unsubscribe").Trim('<', '>')), Path(mail.TextBody.Split('\n').Select(l => l.Trim()).Last(l => l.Contains("/unsubscribe?", StringComparison.Ordinal))));
        var nobody = lab.Server.Anonymous();
        (await nobody.GetAsync(page)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await lab.At("2026-12-16T09:30:00+01:00");
        lab.Got("ada", "Reminder: Laser, Wed 16 Dec").Count.ShouldBe(2);
        using var posted = await nobody.PostAsync(oneClick, new FormUrlEncodedContent([KeyValuePair.Create("List-Unsubscribe", "One-Click")]));
        posted.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await lab.At("2026-12-16T12:00:00+01:00");
        lab.Got("ada", "Reminder: Laser, Thu 17 Dec").ShouldBeEmpty();
        await NoticeLab.Done(await lab.Staff.Post($"/api/v1/bookings/{id}/cancel", ""));
        await lab.Now();
        lab.Got("ada", "Cancelled: Laser, Thu 17 Dec").ShouldHaveSingleItem();   // another kind
        (await nobody.PostAsync("/api/v1/notices/unsubscribe/none", null)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A06_Leads_quiet_hours_language_and_zone_are_each_persons_own()
    {
        await NoticeLab.Done(await NoticeLab.Put(lab.Ben, "/api/v1/notices/settings", """{"bookingLeads": ["PT3H"], "quietFrom": "22:00", "quietUntil": "07:00", "language": "de", "timeZone": "Europe/London"}"""));
        await NoticeLab.Booked(lab.Ben, "laser", "2026-12-20T09:00:00+01:00", "2026-12-20T10:00:00+01:00");
        await NoticeLab.Booked(lab.Ben, "laser", "2026-12-20T14:00:00+01:00", "2026-12-20T15:00:00+01:00");
        await lab.At("2026-12-19T22:59:00+01:00");
        lab.Got("ben", "Erinnerung").ShouldBeEmpty();
        await lab.At("2026-12-19T23:01:00+01:00");   // 22 in London: at six it would be quiet, and at seven too late
        lab.Got("ben", "Erinnerung").ShouldHaveSingleItem().Subject.ShouldBe("Erinnerung: Laser, So 20. Dez., 08:00–09:00 (Europe/London)".Replace("So 20. Dez.", lab.Got("ben", "Erinnerung")[0].Subject.Split(", ")[1], StringComparison.Ordinal));
        await lab.At("2026-12-20T10:59:00+01:00");
        lab.Got("ben", "Erinnerung").Count.ShouldBe(1);
        await lab.At("2026-12-20T11:01:00+01:00");
        lab.Got("ben", "Erinnerung").Count.ShouldBe(2);
        using var wrong = await NoticeLab.Put(lab.Ben, "/api/v1/notices/settings", """{"bookingLeads": ["PT1M"], "quietFrom": "22:00", "timeZone": "Nowhere", "webhookUrl": "https://10.0.0.1/"}""");
        (await wrong.Json())["errors"]!.ToJsonString().ShouldSatisfyAllConditions(e => e.ShouldContain("bookingLeads"), e => e.ShouldContain("quietUntil"), e => e.ShouldContain("timeZone"), e => e.ShouldContain("webhookUrl"));
        await NoticeLab.Done(await NoticeLab.Put(lab.Ben, "/api/v1/notices/settings", "{}"));
    }

    [Fact]
    public async Task A07_A_digest_brings_together_what_is_a_day_ahead()
    {
        await NoticeLab.Done(await NoticeLab.Put(lab.Ben, "/api/v1/notices/settings", """{"digestAt": "08:00"}"""));
        await NoticeLab.Booked(lab.Ben, "laser", "2027-01-05T09:00:00+01:00", "2027-01-05T10:00:00+01:00");
        await NoticeLab.Booked(lab.Ben, "saw", "2027-01-05T14:00:00+01:00", "2027-01-05T15:00:00+01:00");
        await lab.At("2027-01-04T08:01:00+01:00");
        var digest = lab.Got("ben", "What is ahead").ShouldHaveSingleItem();
        digest.TextBody.ShouldSatisfyAllConditions(t => t.ShouldContain("09:00–10:00: Laser"), t => t.ShouldContain("14:00–15:00: Saw"));
        await lab.At("2027-01-05T15:00:00+01:00");
        lab.Got("ben", "Reminder").Count(m => m.Subject.Contains("5 Jan", StringComparison.Ordinal)).ShouldBe(2);   // an hour before, each by itself
        await NoticeLab.Done(await NoticeLab.Put(lab.Ben, "/api/v1/notices/settings", "{}"));
    }

    [Fact]
    public async Task A08_A_server_that_breaks_off_after_taking_a_message_shows_the_reader_one()
    {
        await NoticeLab.Booked(lab.Ben, "laser", "2027-01-12T09:00:00+01:00", "2027-01-12T10:00:00+01:00");
        await lab.At("2027-01-11T08:00:00+01:00");
        lab.Mail.BreakOff(1);
        lab.Asleep("2027-01-11T09:00:10+01:00");
        using (await lab.Ada.Post("/dev/clock", """{"advance": "PT0S"}""")) { }   // ends in a failure of the job
        await lab.At("2027-01-11T09:10:00+01:00");
        lab.Mail.Arrived.Count(m => m.Subject.Contains("12 Jan", StringComparison.Ordinal)).ShouldBe(2);
        lab.Got("ben", "12 Jan").ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A09_An_address_that_is_refused_for_good_is_marked_and_written_to_again_when_staff_say_so()
    {
        lab.Mail.Unknown["ben@example.org"] = true;
        await NoticeLab.Booked(lab.Ben, "laser", "2027-01-19T09:00:00+01:00", "2027-01-19T10:00:00+01:00");
        await lab.At("2027-01-18T10:00:00+01:00");
        (await lab.Staff.Json("/api/v1/notices/bounces"))[0]!.ToJsonString().ShouldSatisfyAllConditions(b => b.ShouldContain("ben@example.org"), b => b.ShouldContain("5.1.1"));
        lab.Mail.Unknown.Clear();
        await lab.At("2027-01-19T08:30:00+01:00");
        lab.Got("ben", "19 Jan").ShouldBeEmpty();
        await NoticeLab.Done(await lab.Staff.Post("/api/v1/notices/bounces/forget", """{"address": "ben@example.org"}"""));
        await NoticeLab.Booked(lab.Ben, "laser", "2027-01-21T09:00:00+01:00", "2027-01-21T10:00:00+01:00");
        await lab.At("2027-01-20T10:00:00+01:00");
        lab.Got("ben", "21 Jan").ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A10_Webhooks_are_signed_and_chats_have_their_own_forms()
    {
        var settings = await NoticeLab.Done(await NoticeLab.Put(lab.Ada, "/api/v1/notices/settings",
            $$"""{"webhookUrl": "{{lab.Listening}}hook", "chatUrl": "{{lab.Listening}}rooms/send", "chatStyle": "Matrix", "channels": {"BookingReminder": ["Webhook", "Chat"] } }"""));
        await NoticeLab.Booked(lab.Ada, "laser", "2027-01-26T09:00:00+01:00", "2027-01-26T10:00:00+01:00");
        await lab.At("2027-01-25T10:00:00+01:00");
        await lab.Now();
        var hook = lab.Posted.Single(p => p.Path == "/hook");
        hook.Body.ShouldContain("\"subject\":\"Reminder: Laser");
        var signature = hook.Headers["Makerspace-Signature"].ToString();
        var stamp = Instant.FromUnixTimeSeconds(long.Parse(signature[2..signature.IndexOf(',', StringComparison.Ordinal)], System.Globalization.CultureInfo.InvariantCulture));
        signature.ShouldBe(Webhooks.Signature((string)settings["webhookSecret"]!, hook.Body, stamp));
        hook.Headers["Makerspace-Delivery"].ToString().ShouldNotBeEmpty();
        var chat = lab.Posted.Single(p => p.Path.StartsWith("/rooms/send/", StringComparison.Ordinal));
        (chat.Method, chat.Body).ShouldSatisfyAllConditions(c => c.Method.ShouldBe("PUT"), c => c.Body.ShouldContain("\"msgtype\":\"m.text\""));
        lab.Got("ada", "26 Jan").ShouldBeEmpty();
        await NoticeLab.Done(await NoticeLab.Put(lab.Ada, "/api/v1/notices/settings", "{}"));
    }

    [Fact]
    public async Task A11_Who_has_a_seat_in_a_training_is_reminded_and_told_where_it_is_moved()
    {
        await NoticeLab.Done(await lab.Staff.Post("/api/v1/tools", """{"id": "lathe", "name": "Lathe", "policy": {"requiredCertifications": ["lathe"]}}"""));
        var training = await NoticeLab.Done(await lab.Staff.Post("/api/v1/trainings", """{"title": "Lathe basics", "certificationId": "lathe", "start": "2027-02-03T10:00:00+01:00", "end": "2027-02-03T12:00:00+01:00", "seats": 3}"""));
        await NoticeLab.Done(await lab.Ada.Post($"/api/v1/trainings/{training["id"]}/seats", ""));
        await lab.Now();
        await NoticeLab.Done(await NoticeLab.Put(lab.Staff, $"/api/v1/trainings/{training["id"]}", """{"title": "Lathe basics", "certificationId": "lathe", "start": "2027-02-04T10:00:00+01:00", "end": "2027-02-04T12:00:00+01:00", "seats": 3}"""));
        await lab.At("2027-02-04T13:00:00+01:00");
        lab.Got("ada", "Lathe basics").Select(m => m.Subject.Split(':')[0]).ShouldBe(["Moved", "Reminder", "Reminder"]);
    }

    [Fact]
    public async Task A12_A_mentor_is_told_of_a_session_and_both_are_reminded_each_of_the_other()
    {
        await NoticeLab.Done(await NoticeLab.Put(lab.Ben, "/api/v1/notices/settings", "{}"));
        await NoticeLab.Done(await NoticeLab.Put(lab.Staff, "/api/v1/mentors/ben", """{"weekly": [{"days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "from": "08:00", "to": "20:00"}], "skills": ["Optics"], "languages": ["en"], "notice": "PT0S"}"""));
        using var meet = new HttpRequestMessage(HttpMethod.Post, "/api/v1/sessions") { Headers = { { "Idempotency-Key", Guid.NewGuid().ToString() } } };
        meet.Content = new StringContent("""{"mentorId": "ben", "tools": ["laser"], "start": "2027-02-11T10:00:00+01:00", "end": "2027-02-11T11:00:00+01:00"}""", System.Text.Encoding.UTF8, "application/json");
        await NoticeLab.Done(await lab.Ada.SendAsync(meet));
        await lab.Now();
        lab.Got("ben", "New session").ShouldHaveSingleItem().Subject.ShouldBe("New session: ada + Laser, Thu 11 Feb, 10:00–11:00");
        lab.Got("ada", "11 Feb").ShouldBeEmpty();   // who has just booked it knows
        await lab.At("2027-02-11T09:30:00+01:00");
        lab.Got("ben", "Reminder: ada + Laser, Thu 11 Feb").Count.ShouldBe(2);
        lab.Got("ada", "Reminder: ben + Laser, Thu 11 Feb").Count.ShouldBe(2);
        var feed = await NoticeLab.Done(await lab.Ben.Post("/api/v1/calendars", """{"kind": "Mentor"}"""));
        (await lab.Server.Anonymous().GetStringAsync(Path((string)feed["url"]!))).ShouldContain("SUMMARY:ada");
        (await lab.Ada.Post("/api/v1/calendars", """{"kind": "Mentor"}""")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A13_Who_loses_their_time_gets_one_letter_in_their_language_with_a_link_also_where_another_process_reads_the_journal_again()
    {
        await NoticeLab.Done(await NoticeLab.Put(lab.Ada, "/api/v1/notices/settings", """{"language": "de"}"""));
        var id = await NoticeLab.Booked(lab.Ada, "saw", "2027-02-18T10:00:00+01:00", "2027-02-18T11:00:00+01:00");
        await NoticeLab.Done(await lab.Staff.Post($"/api/v1/bookings/{id}/displace", """{"reason": "Inspection"}"""));
        // Nobody wrote when it happened: whoever did it may have crashed. The journal tells it to the first who reads on.
        lab.Got("ada", "nicht zu halten").ShouldBeEmpty();
        await lab.Now();
        await ActivatorUtilities.CreateInstance<MaintenanceNotices>(lab.Server.App.Services).RunDue(TestContext.Current.CancellationToken);
        await lab.Now();
        var letter = lab.Got("ada", "nicht zu halten").ShouldHaveSingleItem();
        letter.TextBody.ShouldSatisfyAllConditions(t => t.ShouldContain("Hallo ada,"), t => t.ShouldContain("18. Feb"), t => t.ShouldContain("Inspection"), t => t.ShouldContain("https://space.example.org/bookings/" + id));
        letter.HtmlBody.ShouldContain("lang=\"de\"");
        letter.Header("Auto-Submitted").ShouldBe("auto-generated");
        lab.Got("ada", "Cancelled: Saw, Thu 18 Feb").ShouldBeEmpty();
    }

    [Fact]
    public async Task A14_Much_mail_goes_over_some_connections_at_once_each_message_once_and_each_readers_in_order()
    {
        var (services, readers) = (lab.Server.App.Services, Enumerable.Range(0, 12).Select(i => $"reader-{i}@example.org").ToList());
        await using (var db = await services.GetRequiredService<IDbContextFactory<MakerspaceDb>>().CreateDbContextAsync(TestContext.Current.CancellationToken))
        {
            var now = Instant.FromDateTimeOffset(lab.Server.Clock.GetUtcNow());
            foreach (var i in Enumerable.Range(0, 120))
                db.Mail.Add(new MailRow { Id = Guid.NewGuid(), At = now - Duration.FromSeconds(120 - i), To = readers[i % 12], Subject = $"Many {i / 12}", Text = "Line" });
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }
        await lab.Now();
        lab.Mail.Arrived.Count(m => m.Subject.StartsWith("Many", StringComparison.Ordinal)).ShouldBe(120);
        foreach (var reader in readers) lab.Mail.To(reader).Select(m => m.Subject).ShouldBe(Enumerable.Range(0, 10).Select(i => $"Many {i}"));
        lab.Mail.MostConnected.ShouldBeInRange(2, 4);
        await lab.Now();
        lab.Mail.Arrived.Count(m => m.Subject.StartsWith("Many", StringComparison.Ordinal)).ShouldBe(120);   // each is marked
    }

    [Fact]
    public async Task A15_Staff_see_letters_in_both_languages()
    {
        var now = Instant.FromDateTimeOffset(lab.Server.Clock.GetUtcNow());
        var (ids, seen) = (LetterTexts.Samples("Laser", "", new Makerspace.Time.Slot(now, now + Duration.FromHours(1))).Select(l => l.Id).ToList(), new HashSet<string>());
        foreach (var (id, language) in ids.SelectMany(id => new[] { (id, "en"), (id, "de") }))
        {
            var page = WebUtility.HtmlDecode(await lab.Staff.GetStringAsync($"/staff/notices?kind={id}&language={language}", TestContext.Current.CancellationToken));
            var (greeting, account) = (language == "de" ? "Hallo" : "Hello", Accounts.Contains(id) || id == "guest-seat");
            page.ShouldContain(account ? greeting + "," : greeting + " Ada,", customMessage: id);
            if (Accounts.Contains(id) && id != "account-known") page.ShouldContain("sample", customMessage: id);
            var at = page.IndexOf($"<pre class=\"prose\" lang=\"{language}\"", StringComparison.Ordinal);
            seen.Add(page[at..page.IndexOf("</pre>", at, StringComparison.Ordinal)]).ShouldBeTrue($"{id} in {language} reads as another");
        }
        seen.Count.ShouldBeGreaterThan(80);
        ids.ShouldBeUnique();
        Accounts.ShouldBeSubsetOf(ids);
    }

    /// <summary>The letters that go to an address, whosever it is.</summary>
    private static readonly string[] Accounts = ["confirm-address", "account-known", "new-password", "account-made", "invited"];

    private Instant Now() => Instant.FromDateTimeOffset(lab.Server.Clock.GetUtcNow());

    private async Task Outbox(Action<MakerspaceDb> change)
    {
        await using var db = await lab.Server.App.Services.GetRequiredService<IDbContextFactory<MakerspaceDb>>().CreateDbContextAsync(TestContext.Current.CancellationToken);
        change(db);
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Plans an event that Ben gives, or changes it.</summary>
    private async Task<string> Event(string title, string start, string end, string? id = null, string more = "")
    {
        var body = $$"""{ "kind": "Workshop", "seats": 5, "hostId": "ben", {{more}} "title": "{{title}}", "start": "{{start}}", "end": "{{end}}" }""";
        return (string)(await NoticeLab.Done(id is null ? await lab.Staff.Post("/api/v1/events", body) : await NoticeLab.Put(lab.Staff, "/api/v1/events/" + id, body)))["id"]!;
    }

    private static string Path(string url) => new Uri(url).PathAndQuery;
}

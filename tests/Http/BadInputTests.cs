using Makerspace.Tests.Infrastructure;

namespace Makerspace.Tests.Http;

/// <summary>Malformed requests of bookings, tools, rules and people, each answered with a 4xx problem that has a stable code; <see cref="BadStaffInputTests"/> has those of the staff's day.</summary>
[Collection(BadInput.Collection)]
public class BadInputTests(Lab lab)
{
    private const string Slot = "\"start\": \"2026-12-01T10:00:00+01:00\", \"end\": \"2026-12-01T11:00:00+01:00\"";
    private const string Events = "POST /api/v1/events";
    private const string Bookings = "POST /api/v1/bookings";
    private const string Tools = "POST /api/v1/tools";
    private const string OneTool = "PATCH /api/v1/tools/saw";
    private const string Space = "PATCH /api/v1/space";

    /// <summary>What is sent, as staff; then the status and the code of the answer.</summary>
    public static TheoryData<string, string, int, string> Table => new()
    {
        { Events, "{}", 422, "missing-field" },
        { Events, Happening("\"kind\": \"Party\""), 422, "malformed-field" },
        { Events, Happening("\"seats\": 0"), 422, "out-of-range" },
        { Events, Happening("\"seats\": 501"), 422, "out-of-range" },
        { Events, Happening("\"minSeats\": 2"), 422, "contradiction" },
        { Events, Happening("\"minSeats\": 9, \"deadline\": \"2026-11-30T10:00:00Z\""), 422, "contradiction" },
        { Events, Happening("\"minSeats\": 2, \"deadline\": \"2026-12-30T10:00:00Z\""), 422, "contradiction" },
        { Events, Happening("\"cancelBy\": \"2026-12-30T10:00:00Z\""), 422, "contradiction" },
        { Events, Happening("\"price\": {\"amount\": 500, \"currency\": \"usd\"}"), 422, "contradiction" },
        { Events, Happening("\"videoLink\": \"http://meet.example\""), 422, "malformed-address" },
        { Events, Happening("\"toolIds\": [\"mentor-mia\"]"), 422, "contradiction" },
        { Events, Happening("\"toolIds\": [\"No Slug\"]"), 422, "malformed-id" },
        { Events, Happening("\"areaId\": \"nowhere\""), 422, "unknown-area" },
        { Events, Happening("\"hostId\": \"nobody\""), 404, "unknown-member" },
        { Events, Happening("\"colour\": \"red\""), 422, "unknown-field" },
        { Events, Happening($"\"title\": \"{new string('x', 101)}\"", title: false), 422, "text-too-long" },
        { Bookings, "", 400, "malformed-json" },
        { Bookings, "{", 400, "malformed-json" },
        { Bookings, "{\"toolId\": \"saw\",}", 400, "malformed-json" },
        { Bookings, "{\"toolId\": \"saw\" /* comment */}", 400, "malformed-json" },
        { Bookings, "{'toolId': 'saw'}", 400, "malformed-json" },
        { Bookings, "{\"toolId\": \"saw\", \"toolId\": \"laser-1\"}", 400, "malformed-json" },
        { Bookings, "{\"a\": " + new string('[', 40) + new string(']', 40) + "}", 400, "malformed-json" },
        { Bookings, "{\"toolId\": NaN}", 400, "malformed-json" },
        { Bookings, "null", 422, "malformed-body" },
        { Bookings, "[]", 422, "malformed-body" },
        { Bookings, "\"book\"", 422, "malformed-body" },
        { Bookings, "42", 422, "malformed-body" },
        { Bookings, "{}", 422, "missing-field" },
        { Bookings, $"{{{Slot}}}", 422, "missing-field" },
        { Bookings, "{\"toolId\": \"saw\", \"start\": \"2026-12-01T10:00:00+01:00\"}", 422, "missing-field" },
        { Bookings, $"{{\"toolId\": null, {Slot}}}", 422, "missing-field" },
        { Bookings, $"{{\"toolId\": \"saw\", {Slot}, \"colour\": \"red\"}}", 422, "unknown-field" },
        { Bookings, $"{{\"ToolId\": \"saw\", {Slot}}}", 422, "unknown-field" },
        { Bookings, $"{{\"toolId\": \"saw\", {Slot}, \"override\": {{\"reason\": \"x\", \"force\": true}}}}", 422, "unknown-field" },
        { Bookings, $"{{\"toolId\": 7, {Slot}}}", 422, "malformed-text" },
        { Bookings, $"{{\"toolId\": [\"saw\"], {Slot}}}", 422, "malformed-text" },
        { Bookings, $"{{\"toolId\": \"Säge\", {Slot}}}", 422, "malformed-id" },
        { Bookings, $"{{\"toolId\": \"SAW\", {Slot}}}", 422, "malformed-id" },
        { Bookings, $"{{\"toolId\": \"\", {Slot}}}", 422, "malformed-id" },
        { Bookings, $"{{\"toolId\": \"../saw\", {Slot}}}", 422, "malformed-id" },
        { Bookings, $"{{\"toolId\": \"{new string('a', 65)}\", {Slot}}}", 422, "malformed-id" },
        { Bookings, $"{{\"toolId\": \"saw\\u0000\", {Slot}}}", 422, "control-character" },
        { Bookings, $"{{\"toolId\": \"saw\", \"purpose\": \"a\\u001bb\", {Slot}}}", 422, "control-character" },
        { Bookings, $"{{\"toolId\": \"saw\", \"purpose\": \"\\ud800\", {Slot}}}", 422, "malformed-text" },
        { Bookings, $"{{\"toolId\": \"saw\", \"purpose\": \"{new string('x', 501)}\", {Slot}}}", 422, "text-too-long" },
        { Bookings, $"{{\"toolId\": \"saw\", \"purpose\": {{}}, {Slot}}}", 422, "malformed-text" },
        { Bookings, $"{{\"toolId\": \"saw\", \"memberId\": \"not an id\", {Slot}}}", 422, "malformed-id" },
        { Bookings, $"{{\"toolId\": \"saw\", \"memberId\": \"nobody\", {Slot}}}", 404, "unknown-member" },
        { Bookings, $"{{\"toolId\": \"no-such-tool\", {Slot}}}", 404, "unknown-tool" },
        { Bookings, $"{{\"toolId\": \"saw\", \"override\": {{}}, {Slot}}}", 422, "missing-field" },
        { Bookings, $"{{\"toolId\": \"saw\", \"override\": {{\"reason\": \" \"}}, {Slot}}}", 422, "missing-field" },
        { Bookings, $"{{\"toolId\": \"saw\", \"override\": true, {Slot}}}", 422, "malformed-field" },
        { Bookings, Times("2026-12-01T10:00:00", "2026-12-01T11:00:00"), 422, "malformed-time" },
        { Bookings, Times("2027-03-28T02:30:00", "2027-03-28T03:30:00"), 422, "malformed-time" },
        { Bookings, Times("2026-12-01", "2026-12-02"), 422, "malformed-time" },
        { Bookings, Times("2026-02-30T10:00:00Z", "2026-03-01T10:00:00Z"), 422, "malformed-time" },
        { Bookings, Times("2027-02-29T10:00:00Z", "2027-03-01T10:00:00Z"), 422, "malformed-time" },
        { Bookings, Times("2026-12-01T25:00:00Z", "2026-12-02T10:00:00Z"), 422, "malformed-time" },
        { Bookings, Times("2026-12-01T10:00:60Z", "2026-12-02T10:00:00Z"), 422, "malformed-time" },
        { Bookings, Times("2026-12-01T10:00:00+25:00", "2026-12-02T10:00:00Z"), 422, "malformed-time" },
        { Bookings, Times("2026-12-01T10:00:00 Europe/Berlin", "2026-12-02T10:00:00Z"), 422, "malformed-time" },
        { Bookings, Times("2026-12-01T10:00:00+0100", "2026-12-02T10:00:00Z"), 422, "malformed-time" },
        { Bookings, Times("tomorrow", "2026-12-02T10:00:00Z"), 422, "malformed-time" },
        { Bookings, Times("", "2026-12-02T10:00:00Z"), 422, "malformed-time" },
        { Bookings, Times("1999-12-31T23:00:00Z", "2000-01-01T10:00:00Z"), 422, "time-out-of-range" },
        { Bookings, Times("2100-01-01T00:00:00Z", "2100-01-01T01:00:00Z"), 422, "time-out-of-range" },
        { Bookings, Times("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"), 422, "time-out-of-range" },
        { Bookings, "{\"toolId\": \"saw\", \"start\": 1796115600, \"end\": 1796119200}", 422, "malformed-time" },
        { Bookings, Times("2026-12-01T11:00:00Z", "2026-12-01T10:00:00Z"), 409, "slot-invalid" },
        { Bookings, Times("2026-12-01T11:00:00Z", "2026-12-01T11:00:00Z"), 409, "slot-invalid" },
        { Bookings, Times("2026-12-01T11:00:01Z", "2026-12-01T12:00:00Z"), 409, "slot-invalid" },
        { Bookings, $"{{\"toolId\": \"saw\", \"alsoTools\": \"laser-1\", {Slot}}}", 422, "malformed-field" },
        { Bookings, $"{{\"toolId\": \"saw\", \"alsoTools\": [\"No Slug\"], {Slot}}}", 422, "malformed-id" },
        { Bookings, $"{{\"toolId\": \"saw\", \"alsoTools\": [null], {Slot}}}", 422, "missing-field" },
        { Bookings, $"{{\"toolId\": \"saw\", \"alsoTools\": [\"saw\"], {Slot}}}", 422, "contradiction" },
        { Bookings, $"{{\"toolId\": \"saw\", \"alsoTools\": [\"a1\",\"a2\",\"a3\",\"a4\",\"a5\",\"a6\",\"a7\",\"a8\",\"a9\",\"b1\"], {Slot}}}", 422, "out-of-range" },
        { Bookings, $"{{\"toolId\": \"saw\", \"alsoTools\": [\"no-such-tool\"], {Slot}}}", 404, "unknown-tool" },
        { Bookings, $"{{\"toolId\": \"saw\", \"policyVersion\": \"1\", {Slot}}}", 422, "malformed-field" },
        { Bookings, $"{{\"toolId\": \"saw\", \"policyVersion\": 99, {Slot}}}", 409, "changed-meanwhile" },
        { "POST /api/v1/bookings/preview", "{\"toolId\": \"saw\"}", 422, "missing-field" },
        { "POST /api/v1/bookings/preview", $"{{\"toolId\": \"saw\", {Slot}, \"dryRun\": true}}", 422, "unknown-field" },
        { "POST /api/v1/bookings/not-a-uuid/cancel", "{}", 404, "not-found" },
        { "POST /api/v1/bookings/6f1e2d3c-0000-4000-8000-000000000001/cancel", "{}", 404, "unknown-booking" },
        { "POST /api/v1/bookings/6f1e2d3c-0000-4000-8000-000000000001/cancel", "{\"because\": \"x\"}", 422, "unknown-field" },
        { "POST /api/v1/bookings/6f1e2d3c-0000-4000-8000-000000000001/move", "{}", 422, "missing-field" },
        { "POST /api/v1/bookings/6f1e2d3c-0000-4000-8000-000000000001/move", $"{{{Slot}}}", 404, "unknown-booking" },
        { "POST /api/v1/bookings/6f1e2d3c-0000-4000-8000-000000000001/check-in", "{}", 404, "unknown-booking" },
        { "POST /api/v1/bookings/6f1e2d3c-0000-4000-8000-000000000001/check-out", "", 404, "unknown-booking" },
        { "POST /api/v1/bookings/6f1e2d3c-0000-4000-8000-000000000001/confirm", "", 404, "unknown-booking" },
        { "POST /api/v1/bookings/6f1e2d3c-0000-4000-8000-000000000001/approve", "{}", 404, "unknown-booking" },
        { "POST /api/v1/bookings/6f1e2d3c-0000-4000-8000-000000000001/decline", "{}", 404, "unknown-booking" },
        { "GET /api/v1/bookings/6f1e2d3c-0000-4000-8000-000000000001/cancel-terms", "", 404, "unknown-booking" },
        { "POST /api/v1/bookings/6f1e2d3c-0000-4000-8000-000000000001/check-in", "{\"memberId\": \"No Slug\"}", 422, "malformed-id" },
        { "POST /api/v1/bookings/6f1e2d3c-0000-4000-8000-000000000001/check-in", "{\"now\": true}", 422, "unknown-field" },
        { "POST /api/v1/bookings/6f1e2d3c-0000-4000-8000-000000000001/check-in", "{\"override\": {}}", 422, "missing-field" },
        { "POST /api/v1/bookings/6f1e2d3c-0000-4000-8000-000000000001/extend", "{}", 422, "missing-field" },
        { "POST /api/v1/bookings/6f1e2d3c-0000-4000-8000-000000000001/extend", "{\"end\": \"later\"}", 422, "malformed-time" },
        { "POST /api/v1/bookings/6f1e2d3c-0000-4000-8000-000000000001/extend", "{\"end\": \"2026-12-01T12:00:00Z\"}", 404, "unknown-booking" },
        { "POST /api/v1/bookings/6f1e2d3c-0000-4000-8000-000000000001/hand-over", "{}", 422, "missing-field" },
        { "POST /api/v1/bookings/6f1e2d3c-0000-4000-8000-000000000001/hand-over", "{\"memberId\": \"No Slug\"}", 422, "malformed-id" },
        { "POST /api/v1/bookings/6f1e2d3c-0000-4000-8000-000000000001/displace", "{}", 422, "missing-field" },
        { "POST /api/v1/bookings/6f1e2d3c-0000-4000-8000-000000000001/displace", "{\"reason\": \" \"}", 422, "missing-field" },
        { "POST /api/v1/bookings/6f1e2d3c-0000-4000-8000-000000000001/waive-fee", "{\"reason\": null}", 422, "missing-field" },
        { "POST /api/v1/bookings/6f1e2d3c-0000-4000-8000-000000000001/move/preview", "{}", 422, "missing-field" },
        { "PUT /api/v1/bookings", "{}", 405, "method-not-allowed" },
        { "GET /api/v1/bookings?limit=0", "", 422, "out-of-range" },
        { "GET /api/v1/bookings?limit=many", "", 422, "malformed-number" },
        { "GET /api/v1/bookings?limit=99999999999999999999", "", 422, "malformed-number" },
        { "GET /api/v1/members?after=WyJcdTAwMDAiLCJhZGEiXQ", "", 422, "malformed-cursor" },
        { "GET /api/v1/bookings?after=zzz", "", 422, "malformed-cursor" },
        { "GET /api/v1/bookings?after=WyJ4IiwieSJd", "", 422, "malformed-cursor" },
        { "GET /api/v1/reconciliations?after=WyI5MjIzMzcyMDM2ODU0Nzc1ODA3Il0", "", 422, "malformed-cursor" },
        { "PUT /api/v1/notices/settings", "{\"channels\": {\"BookingReminder\": null}}", 422, "missing-field" },
        { "PUT /api/v1/notices/settings", "{\"webhookUrl\": \"https://\u0378.example/\"}", 422, "unknown-host" },
        { "GET /api/v1/bookings?state=Sleeping", "", 422, "unknown-state" },
        { "GET /api/v1/bookings?state=1", "", 422, "unknown-state" },
        { "GET /api/v1/bookings?from=2026-12-01T10:00:00", "", 422, "malformed-time" },
        { "GET /api/v1/bookings?form=2026-12-01T10:00:00Z", "", 422, "unknown-parameter" },
        { "GET /api/v1/bookings?toolId=saw&toolId=laser-1", "", 422, "repeated-parameter" },
        { "GET /api/v1/bookings?toolId=saw%00", "", 422, "control-character" },
        { "GET /api/v1/tools/saw/availability?from=2026-12-02T00:00:00Z&to=2026-12-01T00:00:00Z", "", 422, "contradiction" },
        { "GET /api/v1/tools/saw/availability?from=2026-01-01T00:00:00Z&to=2027-12-01T00:00:00Z", "", 422, "out-of-range" },
        { "GET /api/v1/availability?duration=1h", "", 422, "malformed-duration" },
        { "GET /api/v1/availability?duration=P1M", "", 422, "malformed-duration" },
        { "GET /api/v1/tools/Not%20A%20Slug", "", 404, "unknown-tool" },
        { Tools, "{}", 422, "missing-field" },
        { Tools, "{\"name\": \"  \"}", 422, "missing-field" },
        { Tools, "{\"name\": \"Saw\", \"id\": \"saw\"}", 409, "id-taken" },
        { Tools, "{\"name\": \"X\", \"id\": \"-x\"}", 422, "malformed-id" },
        { Tools, "{\"name\": \"X\", \"areaId\": \"moon\"}", 422, "unknown-area" },
        { Tools, "{\"name\": \"X\", \"visible\": \"yes\"}", 422, "malformed-field" },
        { Tools, "{\"name\": \"X\", \"policy\": []}", 422, "malformed-field" },
        { Tools, "{\"name\": \"X\", \"policy\": {\"maxDurations\": \"PT1H\"}}", 422, "unknown-field" },
        { Tools, "{\"name\": \"X\", \"expectedBack\": \"2026-12-01T10:00:00Z\"}", 422, "contradiction" },
        { OneTool, "{\"name\": \"\\ud800\"}", 422, "malformed-text" },
        { OneTool, "{\"policy\": {\"\\udc00\": 1}}", 422, "malformed-text" },
        { Bookings, "{\"\\ud800\": 1}", 422, "malformed-text" },
        { OneTool, "[]", 422, "malformed-body" },
        { OneTool, "{\"name\": null}", 422, "missing-field" },
        { OneTool, "{\"nome\": null}", 422, "unknown-field" },
        { OneTool, "{\"expectedVersion\": 99}", 409, "changed-meanwhile" },
        { OneTool, "{\"policy\": {\"minDuration\": \"60\"}}", 422, "malformed-duration" },
        { OneTool, "{\"policy\": {\"minDuration\": \"-PT1H\"}}", 422, "malformed-duration" },
        { OneTool, "{\"policy\": {\"minDuration\": \"PT0S\"}}", 422, "out-of-range" },
        { OneTool, "{\"policy\": {\"minDuration\": \"P1Y\"}}", 422, "malformed-duration" },
        { OneTool, "{\"policy\": {\"minDuration\": \"P99999999999999D\"}}", 422, "malformed-duration" },
        { OneTool, "{\"policy\": {\"minDuration\": \"PT2H\", \"maxDuration\": \"PT1H\"}}", 422, "contradiction" },
        { OneTool, "{\"policy\": {\"concurrency\": 0}}", 422, "out-of-range" },
        { OneTool, "{\"policy\": {\"concurrency\": 1.5}}", 422, "malformed-field" },
        { OneTool, "{\"policy\": {\"concurrency\": \"2\"}}", 422, "malformed-field" },
        { OneTool, "{\"policy\": {\"concurrency\": 1e99}}", 422, "malformed-field" },
        { OneTool, "{\"policy\": {\"grid\": \"PT7M\"}}", 422, "out-of-range" },
        { OneTool, "{\"policy\": {\"maxUpcoming\": 501}}", 422, "out-of-range" },
        { OneTool, "{\"policy\": {\"peak\": [{\"days\": [\"funday\"], \"from\": \"09:00\", \"to\": \"17:00\"}]}}", 422, "malformed-day" },
        { OneTool, "{\"policy\": {\"peak\": [{\"days\": [\"mon\"], \"from\": \"9\", \"to\": \"17:00\"}]}}", 422, "malformed-time-of-day" },
        { OneTool, "{\"policy\": {\"peak\": [{\"from\": \"09:00\", \"to\": \"17:00\"}]}}", 422, "missing-field" },
        { OneTool, "{\"policy\": {\"peak\": [null]}}", 422, "missing-field" },
        { OneTool, "{\"policy\": {\"requiredCertifications\": [\"No Slug\"]}}", 422, "malformed-id" },
        { OneTool, "{\"policy\": {\"requiredCertifications\": [null]}}", 422, "malformed-id" },
        { OneTool, "{\"policy\": {\"hourlyRate\": {\"amount\": -1, \"currency\": \"usd\"}}}", 422, "malformed-money" },
        { OneTool, "{\"policy\": {\"hourlyRate\": {\"amount\": 1, \"currency\": \"dollars\"}}}", 422, "malformed-money" },
        { Space, "{\"timeZone\": \"Mars/Olympus\"}", 422, "unknown-time-zone" },
        { Space, "{\"timeZone\": null}", 422, "unknown-time-zone" },
        { Space, "{\"openingHours\": [{\"days\": [], \"from\": \"09:00\", \"to\": \"17:00\"}]}", 422, "missing-field" },
        { Space, "{\"openingHours\": [{\"days\": [\"mon\"], \"from\": \"24:01\", \"to\": \"17:00\"}]}", 422, "malformed-time-of-day" },
        { Space, "{\"closures\": [{\"name\": \"x\", \"start\": \"2026-12-02T00:00:00Z\", \"end\": \"2026-12-01T00:00:00Z\"}]}", 422, "contradiction" },
        { Space, "{\"closures\": [null]}", 422, "missing-field" },
        { Space, "{\"currency\": \"EURO\"}", 422, "malformed-currency" },
        { Space, "{\"certifications\": {\"laser\": null}}", 422, "missing-field" },
        { "POST /api/v1/areas", "{\"name\": \"A\", \"inside\": \"nowhere\"}", 422, "unknown-area" },
        { "POST /api/v1/areas", "{\"name\": \"A\", \"capacity\": 0}", 422, "out-of-range" },
        { "PATCH /api/v1/areas/wood", "{\"inside\": \"wood\"}", 422, "area-cycle" },
        { "PATCH /api/v1/areas/wood", "{\"inside\": \"nowhere\"}", 422, "unknown-area" },
        { "PATCH /api/v1/areas/nowhere", "{\"name\": \"x\"}", 404, "unknown-area" },
        { "PATCH /api/v1/areas/wood", "{\"policy\": {\"minDuration\": \"PT5H\"}}", 422, "contradiction" },
        { OneTool, "{\"inRoom\": \"saw\"}", 422, "room-cycle" },
        { OneTool, "{\"inRoom\": \"no-room\"}", 422, "unknown-room" },
        { OneTool, "{\"dependsOn\": [\"nothing\"]}", 422, "unknown-resource" },
        { OneTool, "{\"dependsOn\": [null]}", 422, "unknown-resource" },
        { OneTool, "{\"policy\": {\"grid\": \"PT15M\", \"minDuration\": \"PT20M\"}}", 422, "contradiction" },
        { OneTool, "{\"policy\": {\"notice\": \"P3D\", \"horizon\": \"P2D\"}}", 422, "contradiction" },
        { OneTool, "{\"policy\": {\"noShowGrace\": \"PT1H\", \"minDuration\": \"PT30M\"}}", 422, "contradiction" },
        { OneTool, "{\"policy\": {\"lateCancelThreshold\": \"P9D\", \"horizon\": \"P8D\"}}", 422, "contradiction" },
        { OneTool, "{\"policy\": {\"maxStrikes\": 0}}", 422, "out-of-range" },
        { OneTool, "{\"policy\": {\"buffer\": \"-PT5M\"}}", 422, "malformed-duration" },
        { Space, "{\"defaultPlan\": \"gold\"}", 422, "unknown-plan" },
        { Space, "{\"certificationLapses\": {\"flying\": \"P90D\"}}", 422, "unknown-certification" },
        { Space, "{\"staffedHours\": [{\"days\": [\"mon\"], \"from\": \"09:00\"}]}", 422, "missing-field" },
        { Space, "{\"defaults\": {\"minDuration\": \"PT5H\"}}", 422, "contradiction" },
        { "POST /api/v1/plans", "{}", 422, "missing-field" },
        { "POST /api/v1/plans", "{\"name\": \"X\", \"tools\": [\"no-such-tool\"]}", 422, "unknown-tool" },
        { "POST /api/v1/plans", "{\"name\": \"X\", \"tools\": [null]}", 422, "unknown-tool" },
        { "POST /api/v1/plans", "{\"name\": \"X\", \"categories\": [\"\"]}", 422, "malformed-text" },
        { "POST /api/v1/plans", "{\"name\": \"X\", \"hours\": [null]}", 422, "missing-field" },
        { "POST /api/v1/plans", "{\"name\": \"X\", \"limits\": {\"maxHoursPerDay\": \"PT9H\", \"maxHoursPerWeek\": \"PT8H\"}}", 422, "contradiction" },
        { "POST /api/v1/plans", "{\"name\": \"X\", \"policy\": {\"minDuration\": \"PT5H\"}}", 422, "contradiction" },
        { "PATCH /api/v1/plans/gold", "{\"name\": \"X\"}", 404, "unknown-plan" },
        { "PATCH /api/v1/categories/Nothing", "{\"policy\": {}}", 404, "unknown-category" },
        { "PATCH /api/v1/categories/Lasers", "{\"limits\": {\"maxBookingsPerDay\": -1}}", 422, "out-of-range" },
        { "PATCH /api/v1/categories/Lasers", "{\"colour\": 1}", 422, "unknown-field" },
        { "POST /api/v1/companies", "{\"name\": \"X\", \"suspension\": {}}", 422, "missing-field" },
        { "POST /api/v1/companies", "{\"name\": \"X\", \"balanceDue\": {\"amount\": 0, \"currency\": \"usd\"}}", 422, "out-of-range" },
        { "POST /api/v1/companies", "{\"name\": \"X\", \"id\": \"A B\"}", 422, "malformed-id" },
        { "PATCH /api/v1/companies/none", "{\"name\": \"X\"}", 404, "unknown-company" },
        { "POST /api/v1/resources", "{\"name\": \"X\", \"expectedBack\": \"2026-12-01T10:00:00Z\"}", 422, "contradiction" },
        { "PATCH /api/v1/resources/none", "{\"name\": \"X\"}", 404, "unknown-resource" },
        { "POST /api/v1/resources/none/outages", "{\"title\": \"x\", \"start\": \"2026-12-01T00:00:00Z\", \"end\": \"2026-12-02T00:00:00Z\"}", 404, "unknown-resource" },
        { "POST /api/v1/policy/simulations", "{}", 422, "unknown-level" },
        { "POST /api/v1/policy/simulations", "{\"level\": \"tool\"}", 422, "unknown-level" },
        { "POST /api/v1/policy/simulations", "{\"level\": \"3\", \"id\": \"saw\"}", 422, "unknown-level" },
        { "POST /api/v1/policy/simulations", "{\"level\": \"tool\", \"id\": \"nothing\"}", 404, "unknown-tool" },
        { "POST /api/v1/policy/simulations", "{\"level\": \"company\", \"id\": \"No Slug\"}", 404, "unknown-company" },
        { "POST /api/v1/policy/simulations", "{\"level\": \"space\", \"policy\": {\"maxDuration\": \"long\"}}", 422, "malformed-duration" },
        { "POST /api/v1/policy/simulations", "{\"level\": \"tool\", \"id\": \"saw\", \"policy\": {\"minDuration\": \"PT2H\", \"maxDuration\": \"PT1H\"}}", 422, "contradiction" },
        { "POST /api/v1/policy/simulations", "{\"level\": \"space\", \"from\": \"2026-02-01T00:00:00Z\", \"to\": \"2026-01-01T00:00:00Z\"}", 422, "contradiction" },
        { "POST /api/v1/policy/simulations", "{\"level\": \"space\", \"from\": \"2010-02-01T00:00:00Z\"}", 422, "out-of-range" },
        { "POST /api/v1/policy/versions/restore", "{\"level\": \"moon\"}", 422, "unknown-level" },
        { "GET /api/v1/policy/versions?level=tool", "", 422, "unknown-level" },
        { "POST /api/v1/members", "{\"name\": \"X\", \"email\": \"nobody\"}", 422, "malformed-email" },
        { "POST /api/v1/members", "{\"name\": \"X\", \"email\": \"ada@example.org\"}", 409, "email-taken" },
        { "POST /api/v1/members", "{\"name\": \"X\", \"membership\": {\"from\": \"2026-12-02T00:00:00Z\", \"until\": \"2026-12-01T00:00:00Z\"}}", 422, "contradiction" },
        { "POST /api/v1/members/ada/certifications", "{}", 422, "missing-field" },
        { "POST /api/v1/members/ada/certifications", "{\"id\": \"c\", \"until\": \"2020-01-01T00:00:00Z\"}", 422, "contradiction" },
        { "POST /api/v1/members/nobody/certifications", "{\"id\": \"c\"}", 404, "unknown-member" },
        { "DELETE /api/v1/members/ada/certifications/never-held", "", 404, "unknown-certification" },
        { "POST /api/v1/tools/saw/outages", "{\"title\": \"x\", \"start\": \"2026-12-02T00:00:00Z\", \"end\": \"2026-12-01T00:00:00Z\"}", 422, "contradiction" },
        { "POST /api/v1/tools/nothing/outages", "{\"title\": \"x\", \"start\": \"2026-12-01T00:00:00Z\", \"end\": \"2026-12-02T00:00:00Z\"}", 404, "unknown-tool" },
        { "POST /api/v1/tools/saw/outages", "{\"title\": \"x\", \"start\": \"2026-12-01T00:00:00Z\", \"end\": \"2026-12-02T00:00:00Z\", \"displace\": \"all\"}", 422, "malformed-field" },
        { "POST /api/v1/tools/saw/outages", "{\"title\": \"x\", \"start\": \"2026-12-01T00:00:00Z\", \"end\": \"2026-12-02T00:00:00Z\", \"displace\": [\"one\"]}", 422, "malformed-field" },
        { "POST /api/v1/tools/saw/outages", "{\"title\": \"x\", \"start\": \"2026-12-01T00:00:00Z\", \"end\": \"2026-12-02T00:00:00Z\", \"displace\": {\"all\": true}}", 422, "malformed-field" },
        { "POST /api/v1/members/ada/strikes/6f1e2d3c-0000-4000-8000-000000000001/forgive", "{}", 422, "missing-field" },
        { "POST /api/v1/members/ada/strikes/6f1e2d3c-0000-4000-8000-000000000001/forgive", "{\"reason\": \"x\"}", 404, "unknown-strike" },
        { "POST /api/v1/members/nobody/strikes/6f1e2d3c-0000-4000-8000-000000000001/forgive", "{\"reason\": \"x\"}", 404, "unknown-member" },
        { "PATCH /api/v1/members/ada", "{\"suspension\": {}}", 422, "missing-field" },
        { "PATCH /api/v1/members/ada", "{\"suspension\": \"yes\"}", 422, "malformed-field" },
        { "PATCH /api/v1/members/ada", "{\"waiverSigned\": true}", 422, "malformed-time" },
        { "PATCH /api/v1/members/ada", "{\"balanceDue\": {\"amount\": -5, \"currency\": \"usd\"}}", 422, "malformed-money" },
        { "POST /api/v1/tokens", "{\"name\": \"x\", \"scopes\": [\"everything\"]}", 422, "unknown-scope" },
        { "POST /api/v1/tokens", "{\"name\": \"x\", \"expiresAt\": \"2099-01-01T00:00:00Z\"}", 422, "out-of-range" },
        { "POST /api/v1/account/sign-up", "{\"name\": \"X\", \"email\": \"x@example.org\", \"password\": \"short\"}", 422, "password-too-short" },
        { "POST /api/v1/account/confirm", "{\"account\": \"x\", \"token\": \"!\"}", 422, "link-invalid" },
        { "POST /dev/clock", "{}", 422, "contradiction" },
        { "PUT /api/v1/mentors/mia", "{\"away\": [{\"from\": \"2026-12-24\", \"until\": \"9999-12-31\"}]}", 422, "out-of-range" },   // there is no day after it: nobody could look at any mentor
        { "PUT /api/v1/mentors/mia", "{\"away\": [{\"from\": \"-9998-01-01\", \"until\": \"2026-12-24\"}]}", 422, "out-of-range" },
        { "PUT /api/v1/mentors/mia", "{\"extra\": [{\"day\": \"9999-12-31\", \"from\": \"22:00\", \"to\": \"06:00\"}]}", 422, "out-of-range" },
        { "POST /dev/clock", "{\"advance\": \"soon\"}", 422, "malformed-duration" },
        { "GET /api/v1/nothing-here", "", 404, "not-found" },
    };

    [Theory, MemberData(nameof(Table))]
    public Task A_malformed_request_is_a_problem_with_a_stable_code(string what, string body, int status, string code) => BadInput.Refused(lab, what, body, status, code);

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/xml")]
    public async Task A_body_of_another_type_is_415(string type)
    {
        using var request = BadInput.Request(Bookings, $"{{\"toolId\": \"saw\", {Slot}}}");
        request.Content!.Headers.ContentType = new(type);
        using var answer = await lab.Staff.SendAsync(request);
        ((int)answer.StatusCode).ShouldBe(415);
        (await answer.Code()).ShouldBe("content-type-not-supported");
    }

    [Fact]
    public async Task A_body_over_64_KB_is_413()
    {
        using var request = BadInput.Request(Bookings, $"{{\"toolId\": \"saw\", \"purpose\": \"{new string('x', 70_000)}\", {Slot}}}");
        using var answer = await lab.Staff.SendAsync(request);
        ((int)answer.StatusCode).ShouldBe(413);
        (await answer.Code()).ShouldBe("body-too-large");
    }

    [Theory]
    [InlineData(null, "idempotency-key-missing")]
    [InlineData("", "idempotency-key-malformed")]
    [InlineData("7", "idempotency-key-malformed")]
    [InlineData("00000000-0000-0000-0000-000000000000", "idempotency-key-malformed")]
    [InlineData("{6f1e2d3c-0000-4000-8000-000000000002}", "idempotency-key-malformed")]
    public async Task A_booking_needs_a_uuid_of_its_own(string? key, string code)
    {
        using var request = BadInput.Request(Bookings, $"{{\"toolId\": \"saw\", {Slot}}}");
        request.Headers.Remove("Idempotency-Key");
        if (key is not null) request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        using var answer = await lab.Staff.SendAsync(request);
        ((int)answer.StatusCode).ShouldBe(422);
        (await answer.Code()).ShouldBe(code);
    }

    [Fact]
    public async Task Every_fault_is_named_at_once()
    {
        using var answer = await lab.Staff.Post("/api/v1/bookings/preview", "{\"toolId\": \"No\", \"start\": \"2026-12-01T10:00:00Z\"}");
        var errors = (await answer.Json())["errors"]!.AsArray();
        errors.Select(e => (string)e!["field"]!).ShouldBe(["toolId", "end"]);
    }

    // An event that could be planned, but for what is added.
    private static string Happening(string more, bool title = true)
    {
        var kind = more.Contains("kind", StringComparison.Ordinal) ? "" : ", \"kind\": \"Event\"";
        var seats = more.Contains("\"seats\"", StringComparison.Ordinal) ? "" : ", \"seats\": 5";
        return $"{{{Slot}{kind}{seats}{(title ? ", \"title\": \"x\"" : "")}, {more}}}";
    }

    private static string Times(string start, string end) => $"{{\"toolId\": \"saw\", \"start\": \"{start}\", \"end\": \"{end}\"}}";
}

using Makerspace.Tools;
using Microsoft.OpenApi;
using NodaTime;

namespace Makerspace.Web.Http;

/// <summary>The OpenAPI description of the API.</summary>
internal static class Description
{
    private static readonly Dictionary<Type, (string Format, string Text)> Written = new()
    {
        [typeof(OffsetDateTime)] = ("date-time", "RFC 3339 with an offset, between the years 2000 and 2100."),
        [typeof(Duration)] = ("duration", "ISO 8601, of weeks, days, hours, minutes and seconds: PT90M."),
        [typeof(LocalTime)] = ("time", "Time of day in the space's zone: 09:00."),
        [typeof(LocalDate)] = ("date", "2026-12-01"),
        [typeof(IsoDayOfWeek)] = ("day", "mon, tue, wed, thu, fri, sat or sun."),
    };

    public static void AddDescription(this WebApplicationBuilder builder) => builder.Services.AddOpenApi("v1", o =>
    {
        o.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Makerspace", Version = "v1",
                Description = "Book the tools of a makerspace. Errors are RFC 9457 problem details whose type ends in a stable code. Programs send a bearer token, browsers a cookie and, with unsafe methods, an antiforgery token.",
            };
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                ["bearer"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A personal access token, msk_…" },
                ["cookie"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Cookie, Name = "makerspace" },
            };
            return Task.CompletedTask;
        });
        o.AddSchemaTransformer((schema, context, _) =>
        {
            var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
            if (Written.TryGetValue(type, out var written))
                (schema.Type, schema.Format, schema.Description) = (JsonSchemaType.String, written.Format, written.Text);
            else if (type == typeof(Money)) schema.Description = "{\"amount\": minor units, \"currency\": \"usd\"}";
            return Task.CompletedTask;
        });
    });
}

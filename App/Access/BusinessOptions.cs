using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Inbox.Access;

/// <summary>The businesses of an installation, section <c>Inbox:Businesses</c>.</summary>
public sealed class BusinessOptions
{
    /// <summary>Days in which a business that is to be removed can be restored.</summary>
    [Range(0, 3650)]
    public int GraceDays { get; set; } = 30;
}

[OptionsValidator]
public sealed partial class BusinessOptionsValidator : IValidateOptions<BusinessOptions>;

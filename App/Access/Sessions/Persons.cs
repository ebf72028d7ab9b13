using Inbox.Tenancy;

namespace Inbox.Access.Sessions;

public static class Persons
{
    extension(Caller caller)
    {
        /// <summary>The person who calls.</summary>
        /// <exception cref="RefusedException">person_needed: a key has no password, factor or sessions.</exception>
        public long RequirePerson()
            => caller.UserId ?? throw new RefusedException("person_needed", "Only a person may do this; a key may not.", StatusCodes.Status403Forbidden);
    }
}

using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Inbox.Conversations.Extras;

namespace Inbox.Tests.Conversations.Extras;

public sealed class MapPlaceTests
{
    [Theory]
    [InlineData("52.5163, 13.3777")]
    [InlineData("52.5163 13.3777")]
    [InlineData("52.5163; 13.3777")]
    [InlineData("geo:52.5163,13.3777?z=16")]
    [InlineData("https://www.openstreetmap.org/#map=16/52.5163/13.3777")]
    [InlineData("https://www.openstreetmap.org/?mlat=52.5163&mlon=13.3777#map=12/50.1/8.6")]
    [InlineData("https://www.google.com/maps/@52.5163,13.3777,17z")]
    [InlineData("https://www.google.com/maps/place/Gate/@52.5,13.3,15z/data=!3m1!4b1!4m6!3m5!1s0x47a8!8m2!3d52.5163!4d13.3777!16z")]
    [InlineData("https://www.google.com/maps?q=52.5163%2C13.3777")]
    [InlineData("https://maps.apple.com/?ll=52.5163,13.3777&q=Gate")]
    public void What_people_copy_of_a_map_has_its_place(string copied) => Assert.Equal((52.5163, 13.3777), MapPlace.Read(copied));

    [Theory]
    [InlineData("")]
    [InlineData("Pariser Platz 1")]
    [InlineData("https://maps.app.goo.gl/Ab3dE")]
    [InlineData("91, 13")]
    [InlineData("52.5163, 181")]
    [InlineData("52,5163 und 13,3777")]
    [InlineData("52,51 13,37")]
    [InlineData("Flat 3, 12 High Street")]
    [InlineData("+49 30 1234567")]
    public void What_names_no_place_is_none(string copied) => Assert.Null(MapPlace.Read(copied));

    [Fact]
    public void Every_place_on_earth_is_read_as_it_is_written()
        => Prop.ForAll(
            Gen.Choose(-90_00000, 90_00000).Zip(Gen.Choose(-180_00000, 180_00000)).ToArbitrary(),
            place =>
            {
                var (latitude, longitude) = (place.Item1 / 1e5, place.Item2 / 1e5);
                Assert.Equal((latitude, longitude), MapPlace.Read(string.Create(CultureInfo.InvariantCulture, $"{latitude:0.#####}, {longitude:0.#####}")));
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_is_long_costs_nothing() => Assert.Null(MapPlace.Read(new string('1', 1_000_000)));
}

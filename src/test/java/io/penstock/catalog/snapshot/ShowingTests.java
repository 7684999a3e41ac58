package io.penstock.catalog.snapshot;

import static io.penstock.catalog.Feature.Kind.PROMPT;
import static io.penstock.catalog.Feature.Kind.RESOURCE;
import static io.penstock.catalog.Feature.Kind.RESOURCE_TEMPLATE;
import static io.penstock.catalog.Feature.Kind.TOOL;
import static io.penstock.catalog.snapshot.Snapshots.feature;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.catalog.Feature;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.NameStyle;
import io.penstock.catalog.SampleGateways;
import io.penstock.catalog.Server;
import io.penstock.catalog.Server.Chosen;
import io.penstock.catalog.Viewer;
import io.penstock.catalog.Visibility;
import io.penstock.catalog.snapshot.Showing.Hidden;
import io.penstock.catalog.snapshot.Showing.Hidden.Why;
import io.penstock.catalog.snapshot.Showing.Shown;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShowingTests {

    private static final Viewer EVE = new Viewer(false, "eve@example.com", Set.of());
    private static final Viewer MEMBER = new Viewer(false, "mia@example.com", Set.of("team-alpha", "team-x"));
    private static final Viewer OWNER = new Viewer(false, "owner@example.com", Set.of());
    private static final Viewer ADMIN = new Viewer(true, "admin@example.com", Set.of());

    private static final Instant LATER = Instant.EPOCH.plusSeconds(60);

    private final Gateway alpha = Snapshots.gateway("alpha", Visibility.PUBLIC, null, true);
    private final Gateway beta = Snapshots.gateway("beta", Visibility.PUBLIC, null, true);
    private final Gateway team = Snapshots.gateway("team", Visibility.TEAM, "team-alpha", true);
    private final Gateway secret = Snapshots.gateway("secret", Visibility.PRIVATE, null, true);
    private final Gateway off = Snapshots.gateway("off", Visibility.PUBLIC, null, false);
    private final List<Gateway> gateways = List.of(off, secret, team, beta, alpha);

    private final Feature echoA = feature(alpha, TOOL, "echo");
    private final Feature addA = feature(alpha, TOOL, "add");
    private final Feature echoB = feature(beta, TOOL, "echo");
    private final Feature greetB = feature(beta, PROMPT, "greet");
    private final Feature readmeA = feature(alpha, RESOURCE, "file:///readme");
    private final Feature readmeB = feature(beta, RESOURCE, "file:///readme");
    private final Feature fileB = feature(beta, RESOURCE_TEMPLATE, "file:///{name}");
    private final List<Feature> features = List.of(
            echoB,
            greetB,
            Snapshots.found(LATER, readmeB),
            fileB,
            readmeA,
            addA,
            echoA,
            feature(team, TOOL, "plan"),
            feature(secret, TOOL, "peek"),
            feature(off, TOOL, "sleep"));

    private Snapshot snapshot(Server... servers) {
        return Snapshots.of(gateways, List.of(servers), features);
    }

    private static Chosen gateways(Gateway... whole) {
        return new Chosen(
                List.of(),
                List.of(),
                List.of(),
                List.of(whole).stream().map(Gateway::id).toList());
    }

    private static Server server(NameStyle style, Chosen chosen) {
        return Snapshots.server("My Desk", Visibility.PUBLIC, style, chosen);
    }

    private static Set<String> names(Showing showing, Feature.Kind kind) {
        return showing.features().get(kind).keySet();
    }

    private static Gateway having(Gateway gateway, String capabilities) {
        return gateway.with(new Gateway.Status(
                new Gateway.Condition(true, 0, null, "2025-11-25", null, capabilities, null), null, null, null));
    }

    @Test
    void showsWhatWasChosenAndNothingElse() {
        var desk = server(
                NameStyle.PREFIXED,
                new Chosen(List.of(addA.id(), echoB.id()), List.of(fileB.id()), List.of(greetB.id()), List.of()));

        var showing = snapshot(desk).showing(desk.id(), EVE);

        assertThat(showing.name()).isEqualTo("My Desk");
        assertThat(showing.gateways()).containsExactly(alpha, beta);
        assertThat(names(showing, TOOL)).containsExactly("alpha-add", "beta-echo");
        assertThat(names(showing, PROMPT)).containsExactly("beta-greet");
        assertThat(names(showing, RESOURCE)).isEmpty();
        assertThat(names(showing, RESOURCE_TEMPLATE)).containsExactly("file:///{name}");
        assertThat(showing.find(TOOL, "alpha-echo")).isNull();
        assertThat(showing.hidden()).isEmpty();
    }

    @Test
    void aWholeGatewayShowsAllThatItOffers() {
        var desk = server(NameStyle.PREFIXED, gateways(beta));

        var showing = snapshot(desk).showing(desk.id(), EVE);

        assertThat(showing.gateways()).containsExactly(beta);
        assertThat(names(showing, TOOL)).containsExactly("beta-echo");
        assertThat(names(showing, RESOURCE)).containsExactly("file:///readme");
    }

    @Test
    void onlyTheNameOfADefinitionChanges() {
        var odd = feature(
                alpha,
                TOOL,
                "alpha-odd",
                "odd",
                "{ \"x\" : 1.00, \"name\":\"odd\" ,\"inputSchema\":{\"name\" : \"odd\",\"e\":1e400},\"title\":\"\\u00e9\"}");
        var unnamed = feature(alpha, PROMPT, "alpha-unnamed", "unnamed", "{}");
        var snapshot = Snapshots.of(gateways, List.of(), List.of(odd, unnamed));

        var shown = snapshot.all(EVE);

        assertThat(shown.find(TOOL, "alpha-odd"))
                .isEqualTo(
                        new Shown(
                                "alpha-odd",
                                "odd",
                                alpha,
                                "{\"x\":1.00,\"name\":\"alpha-odd\",\"inputSchema\":{\"name\" : \"odd\",\"e\":1e400},\"title\":\"\\u00e9\"}"));
        assertThat(shown.find(PROMPT, "alpha-unnamed").definition()).isEqualTo("{\"name\":\"alpha-unnamed\"}");
    }

    @Test
    void resourcesKeepTheirDefinition() {
        assertThat(snapshot().all(EVE).find(RESOURCE, "file:///readme").definition())
                .isEqualTo(readmeA.definition());
    }

    @Test
    void originalNamesAreTheUpstreamsAndLeaveTheDefinition() {
        var desk =
                server(NameStyle.ORIGINAL, new Chosen(List.of(addA.id(), echoB.id()), List.of(), List.of(), List.of()));

        var showing = snapshot(desk).showing(desk.id(), EVE);

        assertThat(showing.find(TOOL, "echo")).isEqualTo(new Shown("echo", "echo", beta, echoB.definition()));
        assertThat(showing.find(TOOL, "beta-echo")).isNull();
    }

    @Test
    void ofTwoWithOneNameTheOneThatWasFoundFirstIsShownAndTheOtherIsToldOf() {
        var desk = server(NameStyle.ORIGINAL, gateways(beta, alpha));

        var showing = dated(desk, Snapshots.found(LATER, echoA), Snapshots.found(LATER, readmeA), echoB, readmeB);

        assertThat(showing.find(TOOL, "echo").gateway()).isEqualTo(beta);
        assertThat(showing.find(RESOURCE, "file:///readme").gateway()).isEqualTo(beta);
        assertThat(showing.reading("file:///readme")).isEqualTo(beta);
        assertThat(showing.hidden())
                .containsExactly(
                        new Hidden(TOOL, "echo", alpha, Why.NAME_TAKEN, beta),
                        new Hidden(RESOURCE, "file:///readme", alpha, Why.NAME_TAKEN, beta));
    }

    @Test
    void ofManyWithOneNameAllButTheFirstAreToldWhoseItIs() {
        var third = Snapshots.gateway("aaa", Visibility.PUBLIC, null, true);
        var desk = server(NameStyle.PREFIXED, gateways(third, beta, alpha));
        var latest = Snapshots.found(LATER.plusSeconds(1), feature(third, RESOURCE, "file:///readme"));
        var features = List.of(latest, Snapshots.found(LATER, readmeA), readmeB);

        var showing = Snapshots.of(List.of(third, alpha, beta), List.of(desk), features)
                .showing(desk.id(), EVE);

        assertThat(showing.hidden())
                .containsExactly(
                        new Hidden(RESOURCE, "file:///readme", third, Why.NAME_TAKEN, beta),
                        new Hidden(RESOURCE, "file:///readme", alpha, Why.NAME_TAKEN, beta));
    }

    @Test
    void whatIsHeldKeepsItsNameFromANewcomer() {
        var held = SampleGateways.holding(beta);
        var desk = server(NameStyle.ORIGINAL, gateways(alpha, beta));
        var features = List.of(
                Snapshots.changed(echoB),
                Snapshots.changed(readmeB),
                Snapshots.found(LATER, echoA),
                Snapshots.found(LATER, readmeA),
                Snapshots.found(LATER, feature(alpha, RESOURCE_TEMPLATE, "file:///{+path}")));

        var showing =
                Snapshots.of(List.of(alpha, held), List.of(desk), features).showing(desk.id(), EVE);

        assertThat(showing.find(TOOL, "echo")).isNull();
        assertThat(showing.reading("file:///readme")).isNull();
        assertThat(showing.reading("file:///other")).isEqualTo(alpha);
        assertThat(showing.hidden())
                .containsExactly(
                        new Hidden(TOOL, "echo", alpha, Why.NAME_TAKEN, held),
                        new Hidden(TOOL, "echo", held, Why.HELD, null),
                        new Hidden(RESOURCE, "file:///readme", alpha, Why.NAME_TAKEN, held),
                        new Hidden(RESOURCE, "file:///readme", held, Why.HELD, null));
    }

    @Test
    void ofTwoTemplatesThatFitTheOneThatWasFoundFirstIsReadFromAfterWhatIsListed() {
        var any = Snapshots.found(LATER, feature(alpha, RESOURCE_TEMPLATE, "file:///{+any}"));
        var listed = Snapshots.found(LATER, feature(alpha, RESOURCE, "file:///listed"));
        var desk = server(NameStyle.PREFIXED, gateways(alpha, beta));

        var showing = dated(desk, any, listed, fileB);

        assertThat(showing.reading("file:///x")).isEqualTo(beta);
        assertThat(showing.reading("file:///x/y")).isEqualTo(alpha);
        assertThat(showing.reading("file:///listed")).isEqualTo(alpha);
        assertThat(showing.part((_, _) -> true, _ -> false).reading("file:///x"))
                .isEqualTo(beta);
    }

    private Showing dated(Server desk, Feature... features) {
        return Snapshots.of(List.of(alpha, beta), List.of(desk), List.of(features))
                .showing(desk.id(), EVE);
    }

    @Test
    void aDefinitionThatParsersReadDifferentlyIsHidden() {
        var twice = feature(alpha, TOOL, "alpha-twice", "twice", "{\"name\":\"twice\",\"x\":1,\"x\":2}");
        var snapshot = Snapshots.of(gateways, List.of(), List.of(twice, addA));

        var showing = snapshot.all(EVE);

        assertThat(names(showing, TOOL)).containsExactly("alpha-add");
        assertThat(showing.hidden()).containsExactly(new Hidden(TOOL, "alpha-twice", alpha, Why.UNREADABLE, null));
    }

    @Test
    void whatIsSwitchedOffIsNotShown() {
        var snapshot = Snapshots.of(gateways, List.of(), List.of(Snapshots.off(echoA), addA));

        assertThat(names(snapshot.all(EVE), TOOL)).containsExactly("alpha-add");
    }

    @Test
    void whatChangedIsNotShownWhereItIsHeld() {
        var changed = List.of(Snapshots.changed(echoA), addA, Snapshots.changed(echoB));
        var snapshot = Snapshots.of(List.of(SampleGateways.holding(alpha), beta), List.of(), changed);

        var showing = snapshot.all(EVE);
        assertThat(names(showing, TOOL)).containsExactly("alpha-add", "beta-echo");
        assertThat(showing.hidden()).extracting(Hidden::why).containsExactly(Why.HELD);
        assertThat(showing.holds(TOOL, "alpha-echo")).isTrue();
        assertThat(showing.holds(TOOL, "beta-echo")).isFalse();
        assertThat(showing.holds(PROMPT, "alpha-echo")).isFalse();
    }

    @Test
    void aTemplateThatIsBarredBarsWhatOnlyItLeadsTo() {
        var listed = feature(beta, RESOURCE, "file:///listed");
        var snapshot = Snapshots.of(
                List.of(SampleGateways.holding(beta)), List.of(), List.of(Snapshots.changed(fileB), listed, greetB));

        assertThat(snapshot.barred(beta.id(), RESOURCE, "file:///x")).isEqualTo(Barred.HELD);
        assertThat(snapshot.barred(beta.id(), RESOURCE, "file:///listed")).isNull();
        assertThat(snapshot.barred(beta.id(), RESOURCE, "memo://x")).isNull();
        assertThat(snapshot.barred(beta.id(), TOOL, "file:///x")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"config://secret", "CONFIG://secret", "config://Secret/", "config://%73ecret"})
    void whatIsSwitchedOffIsNotReadUnderAnotherSpelling(String uri) {
        var gone = Snapshots.off(feature(beta, RESOURCE, "config://secret"));
        var template = Snapshots.off(feature(beta, RESOURCE_TEMPLATE, "Notes://Desk/{name}"));
        var snapshot = Snapshots.of(List.of(beta), List.of(), List.of(gone, template, greetB));

        assertThat(snapshot.barred(beta.id(), RESOURCE, uri)).isEqualTo(Barred.OFF);
        assertThat(snapshot.barred(beta.id(), RESOURCE, "notes://desk/a")).isEqualTo(Barred.OFF);
        assertThat(snapshot.barred(beta.id(), RESOURCE, "Notes://Desk/..")).isEqualTo(Barred.OFF);
        assertThat(snapshot.barred(beta.id(), RESOURCE_TEMPLATE, "notes://desk/{name}"))
                .isEqualTo(Barred.OFF);
        assertThat(snapshot.barred(beta.id(), RESOURCE, "config://other")).isNull();
        assertThat(snapshot.barred(beta.id(), PROMPT, "CONFIG://secret")).isNull();
    }

    @Test
    void whatIsListedAndUsableIsReadThoughItDiffersFromABarredOneInSpellingOnly() {
        var barred = Snapshots.off(feature(beta, RESOURCE, "memo://Desk"));
        var listed = feature(beta, RESOURCE, "memo://desk");
        var snapshot = Snapshots.of(List.of(beta), List.of(), List.of(barred, listed));

        assertThat(snapshot.barred(beta.id(), RESOURCE, "memo://desk")).isNull();
        assertThat(snapshot.barred(beta.id(), RESOURCE, "memo://Desk")).isEqualTo(Barred.OFF);
        assertThat(snapshot.barred(beta.id(), RESOURCE, "memo://DESK")).isEqualTo(Barred.OFF);
    }

    @Test
    void whatIsHeldIsReadFromNoneHoweverItIsSpelled() {
        var held = SampleGateways.holding(beta);
        var changed = Snapshots.changed(feature(beta, RESOURCE, "file:///held"));
        var snapshot = Snapshots.of(List.of(held), List.of(), List.of(changed, fileB));

        assertThat(snapshot.all(EVE).reading("file:///other")).isEqualTo(held);
        assertThat(snapshot.all(EVE).reading("file:///%68eld")).isNull();
    }

    @Test
    void everyoneSeesWhatTheyMayCall() {
        var snapshot = snapshot();

        assertThat(names(snapshot.all(EVE), TOOL)).containsExactly("alpha-add", "alpha-echo", "beta-echo");
        assertThat(names(snapshot.all(MEMBER), TOOL)).contains("team-plan").doesNotContain("secret-peek", "off-sleep");
        assertThat(names(snapshot.all(OWNER), TOOL)).contains("team-plan", "secret-peek");
        assertThat(names(snapshot.all(ADMIN), TOOL)).contains("team-plan").doesNotContain("secret-peek");
        assertThat(snapshot.all(EVE).gateways()).containsExactly(alpha, beta);
    }

    @Test
    void aServerShowsNobodyMoreThanTheySee() {
        var desk = server(NameStyle.PREFIXED, gateways(alpha, team, secret, off));
        var snapshot = snapshot(desk);

        assertThat(snapshot.showing(desk.id(), EVE).gateways()).containsExactly(alpha);
        assertThat(snapshot.showing(desk.id(), MEMBER).gateways()).containsExactly(alpha, team);
        assertThat(snapshot.showing(desk.id(), OWNER).gateways()).containsExactly(alpha, secret, team);
        assertThat(snapshot.showing(desk.id(), ADMIN).gateways()).containsExactly(alpha, team);
    }

    @Test
    void aServerThatIsNotVisibleIsNotThere() {
        var hers = Snapshots.server("hers", Visibility.PRIVATE, NameStyle.PREFIXED, gateways(alpha));
        var teams = Snapshots.server("teams", Visibility.TEAM, NameStyle.PREFIXED, gateways(alpha));
        var snapshot = snapshot(hers, teams);

        assertThat(snapshot.showing(hers.id(), EVE)).isNull();
        assertThat(snapshot.showing(hers.id(), ADMIN)).isNull();
        assertThat(snapshot.showing(hers.id(), OWNER)).isNotNull();
        assertThat(snapshot.showing(teams.id(), EVE)).isNull();
        assertThat(snapshot.showing(teams.id(), MEMBER)).isNotNull();
        assertThat(snapshot.showing(alpha.id(), OWNER)).isNull();
        assertThat(snapshot.contents(hers.id(), ADMIN).gateways()).containsExactly(alpha);
    }

    @Test
    void isMadeOnceForAllWhoSeeTheSame() {
        var desk = server(NameStyle.PREFIXED, gateways(alpha, team));
        var snapshot = snapshot(desk);
        var first = snapshot.showing(desk.id(), EVE);

        assertThat(snapshot.showing(desk.id(), new Viewer(false, "bob@example.com", Set.of("team-x"))))
                .isSameAs(first);
        assertThat(snapshot.showing(desk.id(), MEMBER)).isNotSameAs(first);
        assertThat(snapshot.all(EVE)).isSameAs(snapshot.all(EVE)).isNotSameAs(first);
    }

    @Test
    void serversAndGatewaysAreFoundByNameAndSlug() {
        var desk = server(NameStyle.PREFIXED, Chosen.NOTHING);
        var snapshot = snapshot(desk);

        assertThat(snapshot.server("My Desk")).isSameAs(desk);
        assertThat(snapshot.server("my-desk")).isSameAs(desk);
        assertThat(snapshot.server("alpha")).isNull();
        assertThat(snapshot.gateway("alpha")).isSameAs(alpha);
    }

    @Test
    void aResourceIsReadFromWhoListsItOrWhoseTemplateFits() {
        var showing = snapshot().all(EVE);

        assertThat(showing.reading("file:///readme")).isEqualTo(alpha);
        assertThat(showing.reading("file:///other")).isEqualTo(beta);
        assertThat(showing.reading("http://elsewhere")).isNull();
    }

    @Test
    void unlistedResourcesAreReadFromTheOnlyGatewayThatHasAnyWhereItIsShownAsAWhole() {
        var keeper = having(alpha, "{\"resources\":{}}");
        var toolsOnly = having(beta, "{\"tools\":{}}");
        var other = having(beta, "{\"resources\":{\"subscribe\":true}}");
        var whole = server(NameStyle.PREFIXED, gateways(alpha, beta));
        var part = Snapshots.server(
                "part",
                Visibility.PUBLIC,
                NameStyle.PREFIXED,
                new Chosen(List.of(addA.id()), List.of(readmeA.id()), List.of(), List.of()));
        var one = Snapshots.of(List.of(keeper, toolsOnly), List.of(whole, part), features);
        var two = Snapshots.of(List.of(keeper, other), List.of(whole), features);
        var unread = Snapshots.of(List.of(having(alpha, "[]"), beta), List.of(), features);

        assertThat(one.showing(whole.id(), EVE).reading("memo://x")).isEqualTo(keeper);
        assertThat(one.all(EVE).reading("memo://x")).isEqualTo(keeper);
        assertThat(one.showing(part.id(), EVE).reading("memo://x")).isNull();
        assertThat(two.showing(whole.id(), EVE).reading("memo://x")).isNull();
        assertThat(unread.all(EVE).reading("memo://x")).isNull();
    }
}

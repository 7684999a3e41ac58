package io.penstock.catalog.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PublicNamesTests {

    private static final UUID A = new UUID(1, 1);
    private static final UUID B = new UUID(2, 2);

    @Test
    void putsTheSlugBeforeTheUpstreamsName() {
        assertThat(PublicNames.assign("github", A, List.of("create_issue"), Set.of()))
                .containsEntry("create_issue", "github-create_issue");
    }

    @Test
    void capsALongNameByAHashOfAllOfIt() {
        var one = "x".repeat(80);
        var other = "x".repeat(79) + "y";

        var names = PublicNames.assign("github", A, List.of(one, other), Set.of());

        assertThat(names.values())
                .hasSize(2)
                .doesNotHaveDuplicates()
                .allMatch(name -> name.length() == 64 && name.matches("github-x+-[0-9a-f]{8}"));
        assertThat(PublicNames.assign("github", B, List.of(one), Set.of())).containsEntry(one, names.get(one));
    }

    @Test
    void aNewcomerDoesNotTakeANameThatIsTaken() {
        var taken = Set.of("a-b-c");

        var name = PublicNames.assign("a", B, List.of("b-c"), taken).get("b-c");

        assertThat(name).matches("a-b-c-[0-9a-f]{8}");
        assertThat(PublicNames.assign("a", B, List.of("b-c"), taken)).containsEntry("b-c", name);
        assertThat(PublicNames.assign("a", A, List.of("b-c"), taken).get("b-c")).isNotEqualTo(name);
    }

    @Test
    void anUpstreamThatGuessesTheSuffixGetsALongerOne() {
        var suffixed =
                PublicNames.assign("a", B, List.of("b-c"), Set.of("a-b-c")).get("b-c");

        var names = PublicNames.assign("a", B, List.of("b-c", suffixed.substring(2)), Set.of("a-b-c", suffixed));

        assertThat(names.get("b-c")).matches("a-b-c-[0-9a-f]{32}");
        assertThat(names.values()).doesNotHaveDuplicates().doesNotContain("a-b-c", suffixed);
    }

    @Test
    void looksUpEveryNameThatItMayGive() {
        var candidates = PublicNames.candidates("a", B, List.of("b-c"));

        assertThat(candidates)
                .contains(PublicNames.assign("a", B, List.of("b-c"), Set.of()).get("b-c"))
                .contains(PublicNames.assign("a", B, List.of("b-c"), Set.of("a-b-c"))
                        .get("b-c"))
                .hasSize(3);
    }

    @Test
    void neverCutsACharacterInHalf() {
        var name =
                PublicNames.assign("a", A, List.of("😀".repeat(60)), Set.of()).get("😀".repeat(60));

        assertThat(name.codePoints()).noneMatch(c -> c >= 0xd800 && c <= 0xdfff);
        assertThat(name).hasSizeLessThanOrEqualTo(64);
    }
}

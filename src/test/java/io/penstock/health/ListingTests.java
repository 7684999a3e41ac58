package io.penstock.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.catalog.Feature.Kind;
import io.penstock.catalog.Features.Discovered;
import io.penstock.wire.Refusal;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ListingTests {

    private final Listing tools = new Listing(Offer.of(Kind.TOOL));

    private static String tool(String name) {
        return "{\"name\":\"" + name + "\",\"inputSchema\":{}}";
    }

    private static String page(String tools, String rest) {
        return "{\"tools\":[" + tools + "]" + rest + "}";
    }

    @Test
    void keepsDefinitionsAsTheyWereWritten() {
        String definition = """
                {"name":"a", "inputSchema" : {"$schema":"x","$ref":"http://169.254.169.254/","pattern":"(a+)+$","n":1.0},"new":[1e2]}""";

        assertThat(tools.add(page(definition, ""))).isNull();

        assertThat(tools.discovered()).containsExactly(new Discovered("a", definition));
        assertThat(tools.notes()).isEmpty();
    }

    @Test
    void givesTheCursorOfTheNextPage() {
        assertThat(tools.add(page(tool("a"), ",\"nextCursor\":\"\\u0041\""))).isEqualTo("\"\\u0041\"");
        assertThat(tools.add(page(tool("b"), ",\"nextCursor\":\"\""))).isEqualTo("\"\"");
        assertThat(tools.add(page(tool("c"), ",\"nextCursor\":null"))).isNull();

        assertThat(tools.discovered()).extracting(Discovered::originalName).containsExactly("a", "b", "c");
    }

    @Test
    void stopsAtACursorThatDoesNotMoveOrComesBack() {
        assertThat(tools.add(page(tool("a"), ",\"nextCursor\":\"1\""))).isNotNull();
        assertThat(tools.add(page(tool("b"), ",\"nextCursor\":\"2\""))).isNotNull();
        assertThat(tools.add(page(tool("c"), ",\"nextCursor\":\"1\""))).isNull();

        assertThat(tools.notes()).containsExactly("tools/list: the cursor does not move: pages after it were left out");
    }

    @Test
    void stopsAfterFiftyPages() {
        for (int i = 1; i < Listing.MOST_PAGES; i++) {
            assertThat(tools.add(page(tool("t" + i), ",\"nextCursor\":\"" + i + "\"")))
                    .isNotNull();
        }

        assertThat(tools.add(page(tool("last"), ",\"nextCursor\":\"last\""))).isNull();
        assertThat(tools.notes()).containsExactly("tools/list: there are more than 50 pages: the rest was left out");
    }

    @Test
    void takesTheFirstThousandOfAHundredThousand() {
        String many = IntStream.range(0, 100_000).mapToObj(i -> tool("t" + i)).collect(Collectors.joining(","));

        assertThat(tools.add(page(many, ",\"nextCursor\":\"more\""))).isNull();

        assertThat(tools.discovered()).hasSize(1_000);
        assertThat(tools.notes()).hasSize(1).first().asString().contains("the first 1000");
    }

    @Test
    void leavesOutADefinitionOfTenMebibytesAndKeepsTheOthers() {
        String huge = "{\"name\":\"huge\",\"inputSchema\":{\"d\":\"" + "x".repeat(300_000) + "\"}}";
        String small = tool("small");

        assertThat(tools.add(page(small + "," + huge, ""))).isNull();

        assertThat(tools.discovered()).containsExactly(new Discovered("small", small));
        assertThat(tools.notes()).containsExactly("tools/list: huge is larger than 262144 bytes and was left out");
    }

    @Test
    void stopsWhenAllTogetherAreTooLarge() {
        String pad = "x".repeat(250_000);
        for (int page = 0; page < 4; page++) {
            int from = 10 * page;
            String ten = IntStream.range(from, from + 10)
                    .mapToObj(i -> "{\"name\":\"t" + i + "\",\"inputSchema\":{\"d\":\"" + pad + "\"}}")
                    .collect(Collectors.joining(","));
            if (tools.add(page(ten, ",\"nextCursor\":\"" + page + "\"")) == null) {
                break;
            }
        }

        assertThat(tools.discovered()).hasSize(33);
        assertThat(tools.notes()).hasSize(1);
    }

    @Test
    void leavesOutWhatCannotBeNamedOrCalled() {
        assertThat(tools.add(page(
                        String.join(
                                ",",
                                "7",
                                "{\"inputSchema\":{}}",
                                tool(""),
                                tool("a\\u0000b"),
                                tool("\\ud800"),
                                tool("x".repeat(257)),
                                "{\"name\":\"n\",\"inputSchema\":\"no\"}",
                                tool("good"),
                                tool("good")),
                        "")))
                .isNull();

        assertThat(tools.discovered()).extracting(Discovered::originalName).containsExactly("good");
        assertThat(tools.notes())
                .hasSize(8)
                .contains("tools/list: n has no inputSchema and was left out")
                .contains("tools/list: good is listed twice: the second was left out");
    }

    @Test
    void readsTheOtherKindsByTheirOwnNames() {
        var resources = new Listing(Offer.of(Kind.RESOURCE));
        var templates = new Listing(Offer.of(Kind.RESOURCE_TEMPLATE));
        var prompts = new Listing(Offer.of(Kind.PROMPT));

        assertThat(resources.add("{\"resources\":[{\"uri\":\"test://a\",\"name\":\"A\"}]}"))
                .isNull();
        assertThat(templates.add("{\"resourceTemplates\":[{\"uriTemplate\":\"test://{x}\",\"name\":\"A\"}]}"))
                .isNull();
        assertThat(prompts.add("{\"prompts\":[{\"name\":\"p\"}]}")).isNull();

        assertThat(resources.discovered()).extracting(Discovered::originalName).containsExactly("test://a");
        assertThat(templates.discovered()).extracting(Discovered::originalName).containsExactly("test://{x}");
        assertThat(prompts.discovered()).extracting(Discovered::originalName).containsExactly("p");
    }

    @Test
    void aResultWithoutTheListIsAFailure() {
        assertThatThrownBy(() -> tools.add("{\"prompts\":[]}"))
                .isInstanceOf(Refusal.class)
                .hasMessage("upstream answered tools/list without tools");
    }
}

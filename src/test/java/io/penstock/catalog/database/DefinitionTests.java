package io.penstock.catalog.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;

class DefinitionTests {

    @Test
    void theOrderOfKeysTheSpacingAndTheFormOfNumbersChangeNothing() {
        var one = Definition.of("{\"name\":\"a\",\"inputSchema\":{\"type\":\"object\",\"maximum\":10}}");
        var same =
                Definition.of("{ \"inputSchema\" : {\"maximum\":1.0e1, \"type\":\"\\u006fbject\"}, \"name\":\"a\" }");

        assertThat(same.hash()).isEqualTo(one.hash());
        assertThat(same.text()).isNotEqualTo(one.text());
    }

    @Test
    void theOrderOfAnArrayAndTheTypeOfAValueCount() {
        assertThat(Definition.of("{\"a\":[1,2]}").hash())
                .isNotEqualTo(Definition.of("{\"a\":[2,1]}").hash());
        assertThat(Definition.of("{\"a\":1}").hash())
                .isNotEqualTo(Definition.of("{\"a\":\"1\"}").hash());
        assertThat(Definition.of("{\"a\":null}").hash())
                .isNotEqualTo(Definition.of("{}").hash());
    }

    @Test
    void hashesTheCanonicalFormWithSha256() {
        assertThat(Definition.of("{\"b\": 1, \"a\": \"x\"}").hash())
                .isEqualTo(Definition.sha256("{\"a\":\"x\",\"b\":1}"))
                .isEqualTo("cdab067e9f3beb32d1252cfd63e492592fecbf591b0d08cadb24bb17f3864246");
    }

    @Test
    void keepsTheTextAsItCameAndFindsTheDescription() {
        var raw = "{\"description\":\"<b>run\\u0000</b>\\u202e\", \"x\":1}";

        var definition = Definition.of(raw);

        assertThat(definition.text()).isEqualTo(raw);
        assertThat(definition.description()).isEqualTo("<b>run</b>\u202e");
        assertThat(Definition.of("{\"description\":7}").description()).isNull();
    }

    @Test
    void refusesWhatIsNoJson() {
        assertThatThrownBy(() -> Definition.of("{\"a\":")).isInstanceOf(JacksonException.class);
    }
}

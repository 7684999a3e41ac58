package io.penstock.api.documents;

import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.StringSchema;
import java.util.LinkedHashMap;
import java.util.Map;

/** The headers of an answer that is beyond a limit. */
final class LimitHeaders {

    private LimitHeaders() {}

    static Map<String, Header> all() {
        var headers = new LinkedHashMap<String, Header>();
        headers.put(
                "Retry-After",
                new Header()
                        .description("Seconds to wait")
                        .schema(new IntegerSchema().minimum(java.math.BigDecimal.ONE)));
        headers.put("RateLimit-Policy", field("What is allowed", "\"caller\";q=600;w=60"));
        headers.put(
                "RateLimit", field("What is left of it, and in how many seconds there is more", "\"caller\";r=0;t=5"));
        return headers;
    }

    private static Header field(String description, String example) {
        return new Header().description(description).schema(new StringSchema().example(example));
    }
}

package io.penstock.dev;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Registers the sample server as a user would, through the REST API.
 *
 * @param gateway the address of Penstock
 * @param token an administrator's
 */
record Registration(String gateway, String token) {

    private static final JsonMapper JSON = JsonMapper.shared();

    /** Creates the gateway of that name, or gives the existing one its new address; then reads what it offers. Answers its id. */
    String register(String name, String url, String credential) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            String id = StreamSupport.stream(
                            ask(http, "GET", "/gateways?limit=1000", null).spliterator(), false)
                    .filter(known -> known.path("name").asString().equals(name))
                    .findFirst()
                    .map(known -> known.path("id").asString())
                    .orElse(null);
            if (id == null) {
                id = ask(http, "POST", "/gateways", input(name, url, credential))
                        .path("id")
                        .asString();
            } else {
                ask(http, "PATCH", "/gateways/" + id, input(name, url, credential));
            }
            ask(http, "POST", "/gateways/" + id + "/tools/refresh", null);
            return id;
        }
    }

    private static Map<String, Object> input(String name, String url, String credential) {
        return Map.of(
                "name", name,
                "url", url,
                "description", "The sample server of the development start",
                "auth_type", "bearer",
                "auth_token", credential);
    }

    private JsonNode ask(HttpClient http, String method, String path, Object body)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(gateway + path))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body == null
                                ? BodyPublishers.noBody()
                                : BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
                .build();
        HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
        if (answer.statusCode() >= 300) {
            throw new IOException(method + " " + path + " answered " + answer.statusCode() + ": " + answer.body());
        }
        return JSON.readTree(answer.body());
    }
}

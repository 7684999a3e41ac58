package io.penstock;

import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts the gateway, or with {@code token} as its first argument prints a token. */
@SpringBootApplication
public class Penstock {

    public static void main(String[] arguments) {
        if (arguments.length > 0 && arguments[0].equals("token")) {
            List<String> options = List.of(arguments).subList(1, arguments.length);
            System.exit(new TokenCommand(System.getenv()).run(options, System.out, System.err));
        }
        SpringApplication.run(Penstock.class, arguments);
    }
}

package io.millrace.resume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.millrace.http.Response;
import io.millrace.http.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Responses that are made of others. */
class UploadWorkTest {

    private final CompletableFuture<Response> first = new CompletableFuture<>();

    private static Response known(Response response) {
        return response.stage().toCompletableFuture().getNow(null);
    }

    @Test
    void whatIsDoneComesBeforeTheResponse() {
        List<Object> told = new ArrayList<>();
        Response mapped = UploadWork.map(Response.later(first),
                known -> known.with(Status.CREATED), () -> told.add("done"));
        mapped.stage().thenAccept(response -> told.add(response.status()));
        first.complete(Response.text("a"));
        assertEquals(List.of("done", Status.CREATED), told);
    }

    // As if the next request found no memory to begin with.
    @Test
    void responseIsKnownThoughWhatIsDoneBeforeItFails() {
        Response response = Response.text("a");
        Response mapped = UploadWork.map(Response.later(first), known -> known, () -> {
            throw new OutOfMemoryError("planted");
        });
        first.complete(response);
        assertSame(response, known(mapped));
    }
}

import io.millrace.http.HttpException;
import io.millrace.http.ProblemDetails;
import io.millrace.http.Response;
import io.millrace.http.Status;
import io.millrace.route.Filter;
import io.millrace.route.Routes;
import io.millrace.server.HttpServer;

/** Every failure has one look: JSON with status and title. */
public class Errors {
    static class OutOfStock extends RuntimeException {
        OutOfStock(String item) {
            super(item + " is out of stock");
        }
    }

    static Response problem(Throwable failure) {
        return failure instanceof HttpException refusal ? ProblemDetails.of(refusal).response()
                : failure instanceof OutOfStock
                        ? ProblemDetails.of(Status.CONFLICT).title(failure.getMessage()).response()
                : ProblemDetails.of(Status.INTERNAL_SERVER_ERROR).title("internal error").response();
    }

    public static void main(String[] args) throws Exception {
        Filter problems = Filter.failures((request, failure) -> problem(failure));
        HttpServer.start(Integer.parseInt(args[0]), problems.around(Routes.builder()
                .get("/items/{item}", request -> {
                    if (Routes.parameter(request, "item").equals("tea")) {
                        throw new OutOfStock("tea");
                    }
                    return Response.text("1 " + Routes.parameter(request, "item") + "\n");
                })
                .get("/bug", request -> {
                    throw new IllegalStateException("a bug");
                }).build()));
    }
}

import Captioner
import DemoModel
import Foundation

/// What a program outside of the package sees of the library: captions the picture that it is given.
@main
struct Outside {
    static func main() async throws {
        let captioner = try await Captioner(model: DemoModel.checkpoint())
        for path in CommandLine.arguments.dropFirst() {
            let picture = URL(fileURLWithPath: path)
            print(try await captioner.caption(picture).text)
        }
    }
}

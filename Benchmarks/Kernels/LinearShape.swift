/// The linear layers of BLIP-2 opt-2.7b, each once: K inputs, N outputs.
struct LinearShape {
    let name: String
    let depth: Int
    let columns: Int
    var activation = Activation.identity

    enum Activation {
        case identity
        case gelu
        case relu
    }

    static let all = [
        LinearShape(name: "ViT patches", depth: 588, columns: 1408),
        LinearShape(name: "ViT qkv", depth: 1408, columns: 4224),
        LinearShape(name: "ViT output", depth: 1408, columns: 1408),
        LinearShape(name: "ViT fc1", depth: 1408, columns: 6144, activation: .gelu),
        LinearShape(name: "ViT fc2", depth: 6144, columns: 1408),
        LinearShape(name: "Q-Former 768", depth: 768, columns: 768),
        LinearShape(name: "Q-Former image", depth: 1408, columns: 768),
        LinearShape(name: "Q-Former fc1", depth: 768, columns: 3072, activation: .gelu),
        LinearShape(name: "Q-Former fc2", depth: 3072, columns: 768),
        LinearShape(name: "projection", depth: 768, columns: 2560),
        LinearShape(name: "OPT 2560", depth: 2560, columns: 2560),
        LinearShape(name: "OPT fc1", depth: 2560, columns: 10240, activation: .relu),
        LinearShape(name: "OPT fc2", depth: 10240, columns: 2560),
        LinearShape(name: "lm_head", depth: 2560, columns: 50304),
    ]
}
